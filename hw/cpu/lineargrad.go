package cpu

import "ltpbench/hw"

// deepBlock is how many rows of a batch a block of dW is summed over at a time:
// so many of both factors stay in the second-level cache.
const deepBlock = 384

func (d *device) LinearGrad(dx, dw, db, dy, x hw.Mat, w hw.Weights) {
	if dy.Cols != w.Out || x.Rows != dy.Rows || x.Cols != w.In {
		panic("cpu: LinearGrad: shapes do not fit")
	}
	if w.W.Absent() {
		panic("cpu: LinearGrad: these weights were not made by Trainable")
	}
	if d.err != nil || dy.Rows == 0 {
		return
	}
	if !dx.Absent() {
		l := &d.linear
		*l = linear{d: d, y: f(dx), x: f(dy), packed: w.Packed.(*packed).back, rows: dy.Rows, in: w.Out, out: w.In}
		d.pool.run(l, l.split(d.set, d.pool.threads))
	}
	if !dw.Absent() {
		d.weightGrad(f(dw), f(dy), f(x), dy.Rows, w.Out, w.In)
	}
	if gb, gy := f(db), f(dy); gb != nil {
		d.byColumns(w.Out, func(i, j int) {
			d.set.Gemm(gb[i:], w.Out, one, 0, 0, gy[i:], w.Out, 1, j-i, dy.Rows, true)
		})
	}
}

// weightGrad adds dyᵀ·x to dw. Both factors are laid out anew first: dy with its
// columns as rows, x in panels, for a product that walks along rows of a batch
// would touch another page at each step.
func (d *device) weightGrad(dw, dy, x []float32, rows, out, in int) {
	panel := d.set.Panel()
	panels := (in + panel - 1) / panel
	turned, packed := d.packing(out*rows, panels*panel*rows)
	d.byRows(rows, func(i, j int) {
		d.set.Transpose(turned[i:], rows, dy[i*out:], out, j-i, out, 1)
		for p := range panels {
			width := min(panel, in-p*panel)
			for r := i; r < j; r++ {
				copy(packed[(p*rows+r)*panel:][:width], x[r*in+p*panel:])
			}
		}
	})
	step := max(12, min(120, (out/(4*d.pool.threads)+11)/12*12))
	d.do(func(part, thread int) {
		o, height := part*step, min(step, out-part*step)
		for k := 0; k < rows; k += deepBlock {
			depth := min(deepBlock, rows-k)
			for p := range panels {
				d.set.Gemm(dw[o*in+p*panel:], in, turned[o*rows+k:], rows, 1, packed[(p*rows+k)*panel:], panel, height, min(panel, in-p*panel), depth, true)
			}
		}
	}, (out+step-1)/step)
}

// packing returns two pieces of scratch memory.
func (d *device) packing(n, m int) (a, b []float32) {
	if len(d.packed) < n+m {
		d.packed = make([]float32, n+m)
	}
	return d.packed[:n], d.packed[n : n+m]
}
