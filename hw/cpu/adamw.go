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
	value := f(p)
	d.backward(backward{
		do: (*backward).adamW, items: len(value), block: 1 << 15, to: value, from: f(g), x: f(m), rest: f(v),
		coefficients: simd.Coefficients(scale, s.Rate, s.Decay, s.Beta1, s.Beta2, s.Eps, s.Step),
	})
}

func (b *backward) adamW(i, j, _ int) {
	b.d.set.AdamW(b.to[i:j], b.from[i:j], b.x[i:j], b.rest[i:j], &b.coefficients)
}

// GradNorm adds up squares in float64 over fixed chunks, so the sum does not
// depend on the number of threads.
func (d *device) GradNorm(norm hw.Mat, grads []hw.Mat) {
	if d.err != nil {
		return
	}
	const block = 1 << 16
	d.pieces = d.pieces[:0]
	for _, g := range grads {
		x := f(g)
		for i := 0; i < len(x); i += block {
			d.pieces = append(d.pieces, x[i:min(len(x), i+block)])
		}
	}
	d.squares = grown(d.squares, len(d.pieces))
	d.backward(backward{do: (*backward).square, items: len(d.pieces), block: 1})
	total := 0.0
	for _, s := range d.squares {
		total += s
	}
	f(norm)[0] = float32(math.Sqrt(total))
}

func (b *backward) square(i, _, _ int) { b.d.squares[i] = b.d.set.Squares(b.d.pieces[i]) }
