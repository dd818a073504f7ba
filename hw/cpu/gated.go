package cpu

import (
	"ltpbench/hw"
	"ltpbench/hw/cpu/simd"
)

// gated sets y to x·σ(k(x)), σ the logistic function and k the activation's own; y may be x. It is a plain loop: few
// models have these activations.
func gated(y, x []float32, act hw.Act) {
	for i, v := range x {
		k, _ := gate(v, act)
		y[i] = v * logistic(k)
	}
}

// gatedGrad sets d to dy·(σ(k) + x·σ(k)·σ(-k)·k'), k of x; d may be dy. Far from 0 the factor is that of the limit, 1
// or 0, and so for the infinities.
func gatedGrad(d, dy, x []float32, act hw.Act) {
	const far = 100
	for i, v := range x {
		v = min(max(v, -far), far)
		k, slope := gate(v, act)
		s := logistic(k)
		d[i] = dy[i] * (s + v*s*logistic(-k)*slope)
	}
}

// gate is an activation's k with its derivative.
func gate(x float32, act hw.Act) (k, slope float32) {
	switch act {
	case hw.GELUTanh:
		const twice = 2 * 0.7978845608028654 // 2√(2/π)
		return twice * (x + 0.044715*x*x*x), twice * (1 + 3*0.044715*x*x)
	case hw.QuickGELU:
		return 1.702 * x, 1.702
	}
	return x, 1
}

func logistic(x float32) float32 { return 1 / (1 + simd.Exp(-x)) }
