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
		*l = linear{d: d, y: f(dx), x: f(dy), packed: weights(w).back, rows: dy.Rows, in: w.Out, out: w.In}
		d.pool.run(l, l.split(d.set, d.pool.threads))
	}
	if !dw.Absent() {
		d.weightGrad(f(dw), f(dy), f(x), dy.Rows, w.Out, w.In)
	}
	if !db.Absent() {
		d.backward(backward{do: (*backward).biasGrad, items: w.Out, block: columns, to: f(db), from: f(dy), rows: dy.Rows, cols: w.Out})
	}
}

func (b *backward) biasGrad(i, j, _ int) {
	b.d.set.Gemm(b.to[i:], b.cols, one, 0, 0, b.from[i:], b.cols, 1, j-i, b.rows, true)
}

// weightGrad adds dyᵀ·x to dw. Both factors are laid out again first: dy with its
// columns as rows, x in panels, for a product that walks along rows of a batch
// would touch another page at each step.
func (d *device) weightGrad(dw, dy, x []float32, rows, out, in int) {
	turned := out * rows
	d.packed = grown(d.packed, turned+panels(in, d.set.Panel())*d.set.Panel()*rows)
	b := backward{
		do: (*backward).layOut, items: rows, block: chunk,
		to: d.packed[:turned], per: d.packed[turned:], from: dy, x: x, rows: rows, cols: in, out: out,
	}
	d.backward(b)
	b.do, b.items, b.block = (*backward).weightGrad, out, max(12, min(120, (out/(4*d.pool.threads)+11)/12*12))
	b.from, b.x, b.to = b.to, b.per, dw
	d.backward(b)
}

// layOut writes rows i to j of the factors to their new places.
func (b *backward) layOut(i, j, _ int) {
	panel := b.d.set.Panel()
	b.d.set.Transpose(b.to[i:], b.rows, b.from[i*b.out:], b.out, j-i, b.out, 1)
	for p := range panels(b.cols, panel) {
		width := min(panel, b.cols-p*panel)
		for r := i; r < j; r++ {
			copy(b.per[(p*b.rows+r)*panel:][:width], b.x[r*b.cols+p*panel:])
		}
	}
}

// weightGrad makes rows i to j of dw.
func (b *backward) weightGrad(i, j, _ int) {
	panel, rows, in := b.d.set.Panel(), b.rows, b.cols
	for k := 0; k < rows; k += deepBlock {
		depth := min(deepBlock, rows-k)
		for p := range panels(in, panel) {
			b.d.set.Gemm(b.to[i*in+p*panel:], in, b.from[i*rows+k:], rows, 1, b.x[(p*rows+k)*panel:], panel, j-i, min(panel, in-p*panel), depth, true)
		}
	}
}
