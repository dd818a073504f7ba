package cpu

import (
	"math"

	"ltpbench/hw"
)

// linear is a Linear in parts: blocks of rows, or of columns if rows are few.
type linear struct {
	d         *device
	y, x, pre []float32
	packed    []float32
	bias      []float32
	rows      int
	in, out   int
	act       hw.Act
	step      int // rows or columns of a part
	byColumns bool
}

func (d *device) Linear(y, x hw.Mat, w hw.Weights, act hw.Act, pre hw.Mat) {
	if x.Cols != w.In || y.Cols != w.Out || y.Rows != x.Rows || !pre.Absent() && (pre.Rows != y.Rows || pre.Cols != y.Cols) {
		panic("cpu: Linear: shapes do not fit")
	}
	if d.err != nil || y.Rows == 0 {
		return
	}
	l := &d.linear
	p := w.Packed.(*packed)
	*l = linear{d: d, y: f(y), x: f(x), pre: f(pre), packed: p.forward, bias: p.bias, rows: y.Rows, in: w.In, out: w.Out, act: act}
	d.pool.run(l, l.split(d.set.Panel()))
}

// split chooses the parts: about four for each thread, so that one that is held
// up does not hold up all.
func (l *linear) split(panel int) int {
	threads := l.d.pool.threads
	if l.rows >= 24*threads {
		l.step = min(120, (l.rows/(2*threads)+11)/12*12)
		return (l.rows + l.step - 1) / l.step
	}
	l.byColumns = true
	l.step = max(panel, (l.out/(2*threads)+panel-1)/panel*panel)
	return (l.out + l.step - 1) / l.step
}

func (l *linear) part(i, thread int) {
	r0, r1, c0, c1 := 0, l.rows, 0, l.out
	if l.byColumns {
		c0, c1 = i*l.step, min(l.out, (i+1)*l.step)
	} else {
		r0, r1 = i*l.step, min(l.rows, (i+1)*l.step)
	}
	to := l.y
	if l.pre != nil {
		to = l.pre
	}
	l.d.set.Product(to[r0*l.out:], l.out, l.x[r0*l.in:], l.in, l.packed, l.bias, r1-r0, l.out, l.in, c0, c1)
	if l.act == hw.Identity && l.pre == nil {
		return
	}
	if c1-c0 == l.out {
		l.activate(l.y[r0*l.out:r1*l.out], to[r0*l.out:r1*l.out])
		return
	}
	for r := r0; r < r1; r++ {
		l.activate(l.y[r*l.out+c0:r*l.out+c1], to[r*l.out+c0:r*l.out+c1])
	}
}

func (l *linear) activate(y, x []float32) {
	switch l.act {
	case hw.GELU:
		l.d.set.GELU(y, x)
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
	default:
		copy(y, x)
	}
}
