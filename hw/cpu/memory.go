package cpu

import (
	"ltpbench/hw"
)

type floats struct{ x []float32 }
type ints struct{ x []int32 }

// packed is a Linear's weights: W's panels for the product, and for weights that
// learn the panels of its transpose for the gradient.
type packed struct {
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
	return m.Buf.(*floats).x[m.Off : m.Off+m.Rows*m.Cols]
}

// most returns how many floats the memory has that m lies in.
func most(m hw.Mat) int { return len(m.Buf.(*floats).x) }

// n returns a list as a slice; nil if absent.
func n(v hw.Ints) []int32 {
	if v.Absent() {
		return nil
	}
	return v.Buf.(*ints).x[v.Off : v.Off+v.N]
}

func (d *device) Floats(rows, cols int) hw.Mat {
	return hw.Mat{Buf: &floats{d.arena.floats(rows * cols)}, Rows: rows, Cols: cols}
}

func (d *device) Ints(n int) hw.Ints { return hw.Ints{Buf: &ints{make([]int32, n)}, N: n} }

func (d *device) Probs(heads, pairs int) hw.Probs {
	return hw.Probs{Buf: &probs{size: heads * pairs}}
}

func (d *device) Pack(w, bias []float32, out, in int) hw.Weights {
	p := &packed{out: out, in: in, forward: d.arena.floats(d.set.PackedLen(out, in))}
	d.set.Pack(p.forward, w, out, in)
	if bias != nil {
		p.bias = append([]float32(nil), bias...)
	}
	return hw.Weights{Out: out, In: in, Packed: p}
}

func (d *device) Trainable(w, bias []float32, out, in int) hw.Weights {
	v := hw.Weights{Out: out, In: in, W: d.Floats(out, in), Bias: d.Floats(1, out)}
	d.Write(v.W, w)
	if bias != nil {
		d.Write(v.Bias, bias)
	}
	v.Packed = &packed{
		out: out, in: in,
		forward: d.arena.floats(d.set.PackedLen(out, in)),
		back:    d.arena.floats(d.set.PackedLen(in, out)),
		bias:    f(v.Bias),
	}
	d.Repack(v)
	return v
}

func (d *device) Repack(w hw.Weights) {
	wide := 4 * d.set.Panel()
	d.backward(backward{
		do: (*backward).repack, items: panels(w.In, wide) + panels(w.Out, wide), block: 1,
		packed: w.Packed.(*packed), from: f(w.W), cols: w.In, out: w.Out,
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
