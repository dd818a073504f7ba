package cpu

import (
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
