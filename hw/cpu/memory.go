package cpu

import (
	"ltpbench/hw"
)

// floats and ints are hw.Buffer of this package.
type floats struct {
	x  []float32
	of *scope
}

type ints struct {
	x  []int32
	of *scope
}

// packed is a Linear's weights: W's panels for the product, and for weights that
// learn the panels of its transpose for the gradient.
type packed struct {
	of            *scope
	forward, back []float32
	bias          []float32
	out, in       int
	next          *packed // whose product came after this one's the last time
}

// f returns a matrix as a slice; nil if absent.
func f(m hw.Mat) []float32 {
	if m.Absent() {
		return nil
	}
	b := m.Buf.(*floats)
	b.of.alive()
	return b.x[m.Off : m.Off+m.Rows*m.Cols]
}

// most returns how many floats the memory has that m lies in.
func most(m hw.Mat) int { return len(m.Buf.(*floats).x) }

// n returns a list as a slice; nil if absent.
func n(v hw.Ints) []int32 {
	if v.Absent() {
		return nil
	}
	b := v.Buf.(*ints)
	b.of.alive()
	return b.x[v.Off : v.Off+v.N]
}

// weights returns a Linear's weights.
func weights(w hw.Weights) *packed {
	p := w.Packed.(*packed)
	p.of.alive()
	return p
}

func (d *device) Repack(w hw.Weights) {
	wide := 4 * d.set.Panel()
	d.backward(backward{
		do: (*backward).repack, items: panels(w.In, wide) + panels(w.Out, wide), block: 1,
		packed: weights(w), from: f(w.W), cols: w.In, out: w.Out,
	})
}

func (b *backward) repack(part, _, _ int) {
	wide := 4 * b.d.set.Panel()
	back := panels(b.cols, wide)
	if part < back {
		j := part * wide
		b.d.set.PackT(b.packed.back, b.from, b.cols, b.out, j, min(b.cols, j+wide))
		return
	}
	i := (part - back) * wide
	b.d.set.Pack(b.packed.forward[i*b.cols:], b.from[i*b.cols:], min(wide, b.out-i), b.cols)
}

func (d *device) Write(dst hw.Mat, src []float32) { copyExact(f(dst), src) }

func (d *device) WriteInts(dst hw.Ints, src []int32) { copyExact(n(dst), src) }

func (d *device) Read(dst []float32, src hw.Mat) { copyExact(dst, f(src)) }

func (d *device) ReadInts(dst []int32, src hw.Ints) { copyExact(dst, n(src)) }

func copyExact[T any](dst, src []T) {
	if len(dst) != len(src) {
		panic("cpu: a copy between host and device of different lengths")
	}
	copy(dst, src)
}
