package cpu

import "ltpbench/hw"

// backward is an operation of hw.Backward in work: what it reads and writes, and do,
// which does the items from i up to j. do is a method expression and no closure, and
// the operation lives on the device, so that nothing is allocated.
type backward struct {
	d            *device
	do           func(b *backward, i, j, thread int)
	items, block int // so many, in parts of so many

	to, per, from, x, rest, by []float32
	list, offsets              []int32
	rows, cols, out            int
	act                        hw.Act
	eps                        float32
	drop                       hw.Dropout
	coefficients               [10]float32
	packed                     *packed
}

func (d *device) backward(b backward) {
	if d.err != nil {
		return
	}
	b.d = d
	d.back = b
	d.pool.run(&d.back, (b.items+b.block-1)/b.block)
}

func (b *backward) part(i, thread int) {
	b.do(b, i*b.block, min(b.items, (i+1)*b.block), thread)
}

// columns is how many a part has where an operation is split by columns: rows that
// go to one place then add up in their order.
const columns = 96

// elements is how many a part has of an operation on each alone.
const elements = 8192

// grown returns x with n entries, whatever they hold, with headroom if it has to be
// made again.
func grown[T any](x []T, n int) []T {
	if cap(x) < n {
		return make([]T, n, n+n/4)
	}
	return x[:n]
}
