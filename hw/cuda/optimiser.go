//go:build cuda && cgo

package cuda

import (
	"math"
	"slices"
	"unsafe"

	"ltpbench/hw"
)

// An encoder has about a hundred matrices and vectors that learn, most of them small: a kernel for each would keep the
// card waiting for launches. Calls of one kind that follow one another are therefore one kernel over a list of tensors,
// launched when something else is recorded.

// tensor is Tensor of optimiser.cu.
type tensor struct {
	p, g, m, v uint64
	n          int64
	first      int32
	decay      float32
}

// touches reports whether a kernel that writes both tensors at once would write one place twice.
func (t *tensor) touches(o *tensor) bool {
	meet := func(a, b uint64) bool { return a != 0 && a < b+4*uint64(o.n) && b < a+4*uint64(t.n) }
	return meet(t.p, o.p) || t.p == 0 && meet(t.g, o.g)
}

// piece is how many elements a block works on.
const piece = 16384

// pending is a kernel that waits for more tensors.
type pending struct {
	kernel string
	args   []uint64 // all of them; the first two are the list's, and set when it goes
	list   []tensor
	blocks int
}

// write is put for a kernel that changes the tensor: if it changes it already, that goes first.
func (d *device) write(kernel string, t tensor, args ...uint64) {
	if slices.ContainsFunc(d.pending.list, func(o tensor) bool { return t.touches(&o) }) {
		d.settle()
	}
	d.put(kernel, t, args...)
}

// put adds a tensor to the kernel that waits, or lets it go first if it is another one.
func (d *device) put(kernel string, t tensor, args ...uint64) {
	d.lowered.of = 0
	if w := &d.pending; w.kernel != kernel || !slices.Equal(w.args[2:], args) {
		d.settle()
		w.kernel, w.args = kernel, append(append(w.args[:0], 0, 0), args...)
	}
	if w := &d.pending; t.n > 0 {
		t.first = int32(w.blocks)
		w.list = append(w.list, t)
		w.blocks += int((t.n + piece - 1) / piece)
	}
}

// settle launches the kernel that waits.
func (d *device) settle() {
	w := d.pending
	if w.kernel == "" {
		return
	}
	d.pending = pending{}
	if len(w.list) > 0 {
		bytes := len(w.list) * int(unsafe.Sizeof(tensor{}))
		w.args[0], w.args[1] = d.room(scratchTensors, bytes), uint64(len(w.list))
		d.upload(w.args[0], unsafe.Pointer(&w.list[0]), bytes)
		d.launch(w.kernel, grid{w.blocks, 1, 1, 256, 1}, w.args...)
	}
	d.pending.list, d.pending.args = w.list[:0], w.args[:0]
}

// Zero implements hw.Backward.
func (d *device) Zero(m hw.Mat) {
	d.write("zero", tensor{g: at(m), n: int64(m.Rows) * int64(m.Cols)})
}

// GradNorm implements hw.Backward: squares are summed in float64, over pieces of
// fixed size and then over the pieces.
func (d *device) GradNorm(norm hw.Mat, grads []hw.Mat) {
	pieces := 0
	for _, g := range grads {
		pieces += (g.Rows*g.Cols + piece - 1) / piece
	}
	parts := d.room(scratchSquares, 8*pieces)
	for _, g := range grads {
		d.put("squares", tensor{g: at(g), n: int64(g.Rows) * int64(g.Cols)}, parts)
	}
	d.launch("root", oneBlock, at(norm), parts, uint64(pieces))
}

// AdamW implements hw.Backward.
func (d *device) AdamW(p, g, m, v hw.Mat, s hw.AdamW) {
	up := 1 - math.Pow(float64(s.Beta1), float64(s.Step))
	down := 1 - math.Pow(float64(s.Beta2), float64(s.Step))
	d.write("adamw", tensor{p: at(p), g: at(g), m: at(m), v: at(v), n: int64(p.Rows) * int64(p.Cols), decay: 1 - s.Rate*s.Decay},
		at(s.Norm), real(s.Clip), real(s.Rate), real(s.Beta1), real(s.Beta2), real(s.Eps), real(float32(up)), real(float32(down)))
}
