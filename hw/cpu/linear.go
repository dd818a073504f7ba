package cpu

import (
	"math"

	"ltpbench/hw"
	"ltpbench/hw/cpu/simd"
)

// linear is a Linear in parts: blocks of rows, and of columns where those are few.
type linear struct {
	d         *device
	y, x, pre []float32
	packed    []float32
	bias      []float32
	next      *packed // the next product's, as far as is known
	rows      int
	in, out   int
	panel     int
	act       hw.Act
	down      int // parts one below the other
	across    int // parts beside each other
}

func (d *device) Linear(y, x hw.Mat, w hw.Weights, act hw.Act, pre hw.Mat) {
	if x.Cols != w.In || y.Cols != w.Out || y.Rows != x.Rows || !pre.Absent() && (pre.Rows != y.Rows || pre.Cols != y.Cols) {
		panic("cpu: Linear: shapes do not fit")
	}
	if d.err != nil || y.Rows == 0 {
		return
	}
	l := &d.linear
	p := weights(w)
	if d.last != nil {
		d.last.next = p
	}
	d.last = p
	if p.next != nil && p.next.of.ended {
		p.next = nil
	}
	*l = linear{d: d, y: f(y), x: f(x), pre: f(pre), packed: p.forward, bias: p.bias, next: p.next, rows: y.Rows, in: w.In, out: w.Out, act: act}
	d.pool.run(l, l.split(d.set, d.pool.threads))
}

// What is not worth splitting: so many multiplications, and so many panels, where a
// thread has a few parts and where it has many.
const (
	fewProducts = 1 << 16
	fewPanels   = 6
	leastPanels = 2
)

// reading is how many rows are multiplied with weights while they come from memory.
const reading = 8

// split chooses the parts: blocks of rows that a cache holds, and so many for each
// thread that one that is held up does not hold up all.
func (l *linear) split(set *simd.Set, threads int) int {
	l.panel = set.Panel()
	l.down = (l.rows + set.RowBlock(l.in) - 1) / set.RowBlock(l.in)
	l.across = 1
	if threads > 1 {
		few, each := fewPanels, 8
		if l.down == 1 { // a product is short: what is lost at its end counts
			few, each = leastPanels, 24
		}
		all, work := panels(l.out, l.panel), max(l.rows, reading)*l.in*l.out/l.down
		most := min(all, max(threads, all/few), 1+work/fewProducts)
		for l.across < most && (l.down*l.across < each*threads || l.down*l.across%threads > 0) {
			l.across++
		}
	}
	return l.down * l.across
}

// panels is how many panels so many columns make.
func panels(columns, panel int) int { return (columns + panel - 1) / panel }

// atOnce is how many panels are activated together.
const atOnce = 8

func (l *linear) part(i, thread int) {
	down, across := i/l.across, i%l.across
	r0, r1 := l.row(down), l.row(down+1)
	c0, c1 := l.column(across), min(l.out, l.column(across+1))
	to := l.y
	if l.pre != nil {
		to = l.pre
	}
	// A few panels at a time, so that the activation finds them in cache.
	for c := c0; c < c1; c += atOnce * l.panel {
		end := min(c1, c+atOnce*l.panel)
		var then []float32
		if end == c1 {
			then = l.then(i, thread)
		}
		l.d.set.Product(to[r0*l.out:], l.out, l.x[r0*l.in:], l.in, l.packed, l.bias, r1-r0, l.out, l.in, c, end, then)
		if l.act == hw.Identity && l.pre == nil {
			continue
		}
		for r := r0; r < r1; r++ {
			l.d.activate(l.y[r*l.out+c:r*l.out+end], to[r*l.out+c:r*l.out+end], l.act)
		}
	}
}

// row is where the parts of that place from the top begin. None has more rows than
// a block.
func (l *linear) row(down int) int {
	tile := l.d.set.Rows()
	return min(l.rows, (l.rows*down/l.down+tile-1)/tile*tile)
}

// column is where the parts of that place from the left begin.
func (l *linear) column(across int) int {
	return panels(l.out, l.panel) * across / l.across * l.panel
}

// then is the weights that a thread needs after part i: the next part's, or where
// its share of the next product will begin.
func (l *linear) then(i, thread int) []float32 {
	pool := l.d.pool
	if i++; i < pool.first(thread+1, l.down*l.across) {
		return l.packed[l.column(i%l.across)*l.in:]
	}
	if l.next == nil {
		return nil
	}
	return l.next.forward[pool.first(thread, panels(l.next.out, l.panel))*l.panel*l.next.in:]
}

// activate sets y = act(x); they may be the same.
func (d *device) activate(y, x []float32, act hw.Act) {
	switch act {
	case hw.GELU:
		d.set.GELU(y, x)
	case hw.Tanh:
		for i, v := range x {
			y[i] = float32(math.Tanh(float64(v)))
		}
	case hw.ReLU:
		for i, v := range x {
			if v < 0 {
				v = 0
			}
			y[i] = v
		}
	case hw.GELUTanh, hw.QuickGELU, hw.SiLU:
		gated(y, x, act)
	default:
		copy(y, x)
	}
}
