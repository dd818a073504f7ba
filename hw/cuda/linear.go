//go:build cuda && cgo

package cuda

import "ltpbench/hw"

// packed is a Linear's weights: as they are, and in 16 bits where the products
// want them so, rows and columns filled up with zeros.
type packed struct {
	w, bias hw.Mat // bias is absent if there is none
	low     *memory
	lowBias *memory // for results in 16 bits
}

// Repack implements hw.Backward.
func (d *device) Repack(w hw.Weights) {
	if !d.low() {
		return
	}
	p := w.Packed.(*packed)
	d.cast(p.low.address(), at(p.w), 0, w.Out, w.In)
	if p.lowBias != nil {
		d.cast(p.lowBias.address(), at(p.bias), 0, 1, w.Out)
	}
}

// Linear implements hw.Device: a product with the bias in its epilogue, then the
// activation. cuBLASLt's own GELU is the tanh form, which is not BERT's.
func (d *device) Linear(y, x hw.Mat, w hw.Weights, act hw.Act, pre hw.Mat) {
	fit(x.Cols == w.In && y.Cols == w.Out && y.Rows == x.Rows && (pre.Absent() || pre.Rows == y.Rows && pre.Cols == y.Cols), "cuda: Linear: shapes do not fit")
	if d.err != nil || y.Rows == 0 {
		return
	}
	p, to := w.Packed.(*packed), at(y)
	if pre.Absent() && d.narrow(y) {
		d.linearNarrow(to, x, w, act)
		return
	}
	if !pre.Absent() {
		to = at(pre)
	}
	if d.low() {
		d.multiply(to, factor{p.low.address(), pitch(w.In), true}, d.operand(x), w.Out, x.Rows, pitch(w.In), true, false, false, at(p.bias), 0)
	} else {
		d.multiply(to, factor{at(p.w), w.In, true}, factor{at: at(x), pitch: w.In}, w.Out, x.Rows, w.In, false, false, false, at(p.bias), 0)
	}
	n := y.Rows * y.Cols
	switch {
	case act != hw.Identity:
		low, rounding := d.besides(y)
		d.launch("activate", elementGrid(n), at(y), to, uint64(n), uint64(act), low, rounding)
		d.lowers(y, low)
	case !pre.Absent():
		d.copyOf(at(y), to, 4*n)
	}
}

// linearNarrow is Linear with a result in 16 bits, which the activation works on in place.
func (d *device) linearNarrow(to uint64, x hw.Mat, w hw.Weights, act hw.Act) {
	p, bias := w.Packed.(*packed), uint64(0)
	if p.lowBias != nil {
		bias = p.lowBias.address()
	}
	d.multiply(to, factor{p.low.address(), pitch(w.In), true}, d.operand(x), w.Out, x.Rows, pitch(w.In), true, true, false, bias, 0)
	if n := x.Rows * w.Out; act != hw.Identity {
		d.launch("activate_"+string(d.o.Type), elementGrid(n/8), to, uint64(n), uint64(act))
	}
}

// Activate implements hw.Device.
func (d *device) Activate(y, x hw.Mat, act hw.Act) {
	fit(y.Rows == x.Rows && y.Cols == x.Cols, "cuda: Activate: shapes do not fit")
	n := y.Rows * y.Cols
	d.launch("activate", elementGrid(n), at(y), at(x), uint64(n), uint64(act), 0, 0)
}

// LinearGrad implements hw.Backward. In f16 a gradient is scaled by a power of two
// of its own on its way into 16 bits and back in the product: loss scaling for
// each product, with nothing to tune and no step to skip.
func (d *device) LinearGrad(dx, dw, db, dy, x hw.Mat, w hw.Weights) {
	fit(dy.Cols == w.Out && x.Rows == dy.Rows && x.Cols == w.In, "cuda: LinearGrad: shapes do not fit")
	fit(!w.W.Absent(), "cuda: LinearGrad: these weights were not made by Trainable")
	if d.err != nil || dy.Rows == 0 {
		return
	}
	p, rows := w.Packed.(*packed), dy.Rows
	gy, weights, k, scale := factor{at: at(dy), pitch: w.Out}, factor{at: at(p.w), pitch: w.In}, w.Out, uint64(0)
	if d.low() && (!dx.Absent() || !dw.Absent()) {
		if d.o.Type == hw.F16 {
			scale = d.scaleOf(at(dy), rows*w.Out)
		}
		gy, weights, k = d.castTo(scratchDY, at(dy), scale, rows, w.Out), factor{at: p.low.address(), pitch: pitch(w.In)}, pitch(w.Out)
	}
	if !dx.Absent() {
		d.multiply(at(dx), weights, gy, w.In, rows, k, d.low(), false, false, 0, scale)
	}
	if !dw.Absent() {
		xs := factor{at: at(x), pitch: w.In}
		if d.low() {
			xs = d.operand(x)
		}
		gy.turned = true
		d.multiply(at(dw), xs, gy, w.In, w.Out, rows, d.low(), false, true, 0, scale)
	}
	if !db.Absent() {
		d.launch("column_sum", columnGrid(w.Out), at(db), at(dy), uint64(rows), uint64(w.Out))
	}
}

// scaleOf returns where the card finds the power of two to divide a matrix by.
func (d *device) scaleOf(x uint64, n int) uint64 {
	factors := d.room(scratchFactor, 4*4)
	top := factors + 3*4
	d.set(top, 0, 4)
	d.launch("largest", grid{min(4*d.processors, (n+255)/256), 1, 1, 256, 1}, top, x, uint64(n))
	d.launch("factor", grid{1, 1, 1, 32, 1}, factors, top)
	return factors
}
