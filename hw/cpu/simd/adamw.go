package simd

import "math"

// AdamW changes p by one step along g; m and v are the moments. coefficients are
// those of Coefficients.
func (s *Set) AdamW(p, g, m, v []float32, coefficients *[10]float32) {
	whole := len(p) / s.vector * s.vector
	if whole > 0 {
		s.adamw(p[:whole], g[:whole], m[:whole], v[:whole], coefficients)
	}
	genericAdamW(p[whole:], g[whole:], m[whole:], v[whole:], coefficients)
}

// Coefficients prepares a step: gradients are multiplied by scale, weights by
// 1-rate·decay; step counts from 1.
func Coefficients(scale, rate, decay, beta1, beta2, eps float32, step int) [10]float32 {
	return [10]float32{scale, 1 - rate*decay, beta1, 1 - beta1, beta2, 1 - beta2,
		float32(1 / (1 - math.Pow(float64(beta1), float64(step)))), float32(1 / (1 - math.Pow(float64(beta2), float64(step)))), eps, rate}
}

func genericAdamW(p, g, m, v []float32, s *[10]float32) {
	for i := range p {
		x := g[i] * s[0]
		m[i] = m[i]*s[2] + x*s[3]
		v[i] = v[i]*s[4] + x*x*s[5]
		p[i] = p[i]*s[1] - s[9]*(m[i]*s[6])/(float32(math.Sqrt(float64(v[i]*s[7])))+s[8])
	}
}
