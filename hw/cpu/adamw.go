package cpu

import (
	"math"

	"ltpbench/hw"
	"ltpbench/hw/cpu/simd"
)

func (d *device) AdamW(p, g, m, v hw.Mat, s hw.AdamW) {
	if d.err != nil {
		return
	}
	scale := float32(1)
	if s.Clip > 0 {
		scale = min(1, s.Clip/(f(s.Norm)[0]+1e-6))
	}
	coefficients := simd.Coefficients(scale, s.Rate, s.Decay, s.Beta1, s.Beta2, s.Eps, s.Step)
	value, grad, m1, m2 := f(p), f(g), f(m), f(v)
	const block = 1 << 15
	d.do(func(part, thread int) {
		i, j := part*block, min(len(value), (part+1)*block)
		d.set.AdamW(value[i:j], grad[i:j], m1[i:j], m2[i:j], &coefficients)
	}, (len(value)+block-1)/block)
}

// GradNorm adds up squares in float64 over fixed chunks, so the sum does not
// depend on the number of threads.
func (d *device) GradNorm(norm hw.Mat, grads []hw.Mat) {
	if d.err != nil {
		return
	}
	const block = 1 << 16
	type piece struct{ x []float32 }
	var pieces []piece
	for _, g := range grads {
		x := f(g)
		for i := 0; i < len(x); i += block {
			pieces = append(pieces, piece{x[i:min(len(x), i+block)]})
		}
	}
	sums := make([]float64, len(pieces))
	d.do(func(part, thread int) {
		sums[part] = d.set.Squares(pieces[part].x)
	}, len(pieces))
	total := 0.0
	for _, s := range sums {
		total += s
	}
	f(norm)[0] = float32(math.Sqrt(total))
}
