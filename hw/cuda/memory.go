//go:build cuda && cgo

package cuda

// #include "shim.h"
import "C"

import (
	"errors"
	"fmt"

	"ltpbench/hw"
)

// memory is a piece of the card's memory: hw.Buffer of this package.
type memory struct {
	at    uint64
	bytes int
}

// probs remembers each row's maximum and sum instead of probabilities; the memory
// is made when the number of rows is known.
type probs struct{ stats *memory }

// chunkBytes is how much the arena asks the driver for at a time; 0 makes every
// piece an allocation of its own, so that a simulated device sees each end.
var chunkBytes = 32 << 20

// arena hands out pieces of large allocations. They live until Close.
type arena struct {
	chunk  int
	chunks []uint64
	next   uint64
	left   int
}

// align is where pieces begin: what cuBLASLt likes best.
const align = 256

// alloc returns zeroed memory. Where there is none, the device has failed.
func (d *device) alloc(bytes int) *memory {
	m := &memory{bytes: bytes}
	if d.err != nil {
		return m
	}
	a, size := &d.arena, (max(bytes, 4)+align-1)/align*align
	if size > a.chunk/2 {
		if a.chunk == 0 {
			size = max(bytes, 4)
		}
		m.at = d.more(size)
		return m
	}
	if size > a.left {
		a.next, a.left = d.more(a.chunk), a.chunk
	}
	m.at = a.next
	a.next += uint64(size)
	a.left -= size
	return m
}

// more takes a new allocation from the driver, zeroed.
func (d *device) more(bytes int) uint64 {
	var p C.CUdeviceptr
	if d.err != nil {
		return 0
	}
	if err := failed(C.shimAlloc(d.context, &p, C.size_t(bytes))); err != nil {
		d.fail(d.outOfMemory(err, bytes))
		return 0
	}
	d.arena.chunks = append(d.arena.chunks, uint64(p))
	d.check(C.shimSet(d.context, p, 0, C.size_t(bytes), d.stream))
	return uint64(p)
}

func (d *device) outOfMemory(err error, bytes int) error {
	var f *failure
	if !errors.As(err, &f) || f.result != C.CUDA_ERROR_OUT_OF_MEMORY {
		return err
	}
	var free, total C.size_t
	C.shimMemory(d.context, &free, &total)
	const mib = 1 << 20
	return fmt.Errorf("the card's memory is full: %d MiB more are needed, %d of %d MiB are free (%w); take smaller batches, or see in nvidia-smi who else uses the card",
		(bytes+mib-1)/mib, free/mib, total/mib, err)
}

func (a *arena) free(d *device) {
	for _, p := range a.chunks {
		C.shimFree(d.context, C.CUdeviceptr(p))
	}
	*a = arena{}
}

// scratches are kinds of memory that operations need for themselves; each grows
// to the largest size asked for. All work is in one stream, so one of a kind is enough.
const (
	scratchLive = iota
	scratchPlaces
	scratchHeads
	scratchMarks
	scratchCounts
	scratchStats
	scratchSums
	scratchX
	scratchDY
	scratchFactor
	scratchEmbed
	scratchSquares
	scratches
)

func (d *device) room(kind, bytes int) uint64 {
	m := d.scratch[kind]
	if m == nil || m.bytes < bytes {
		m = d.alloc(bytes + bytes/4)
		d.scratch[kind] = m
	}
	return m.at
}

// at returns where a matrix lies; 0 if it is absent.
func at(m hw.Mat) uint64 {
	if m.Absent() {
		return 0
	}
	b := m.Buf.(*memory)
	if m.Off < 0 || 4*(m.Off+m.Rows*m.Cols) > b.bytes {
		panic("cuda: a matrix reaches beyond its memory")
	}
	return b.at + 4*uint64(m.Off)
}

// list returns where a list lies; 0 if it is absent.
func list(v hw.Ints) uint64 {
	if v.Absent() {
		return 0
	}
	b := v.Buf.(*memory)
	if v.Off < 0 || 4*(v.Off+v.N) > b.bytes {
		panic("cuda: a list reaches beyond its memory")
	}
	return b.at + 4*uint64(v.Off)
}

// Floats implements hw.Device.
func (d *device) Floats(rows, cols int) hw.Mat {
	return hw.Mat{Buf: d.alloc(4 * rows * cols), Rows: rows, Cols: cols}
}

// Ints implements hw.Device.
func (d *device) Ints(n int) hw.Ints { return hw.Ints{Buf: d.alloc(4 * n), N: n} }

// Probs implements hw.Device.
func (d *device) Probs(heads, pairs int) hw.Probs { return hw.Probs{Buf: &probs{}} }
