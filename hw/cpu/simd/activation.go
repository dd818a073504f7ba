package simd

import "math"

// GELU sets y to x·Φ(x), Φ the normal distribution by erf; y may be x. Of -Inf it is
// NaN.
func (s *Set) GELU(y, x []float32) {
	whole := len(x) / s.vector * s.vector
	if whole > 0 {
		s.gelu(y[:whole], x[:whole])
	}
	if whole < len(x) {
		var in, out [16]float32
		copy(in[:], x[whole:])
		s.gelu(out[:s.vector], in[:s.vector])
		copy(y[whole:len(x)], out[:])
	}
}

// GELUGrad sets d to dy·(Φ(x) + x·φ(x)); d may be dy. Far from 0 the factor is that
// of the limit, 1 or 0, and so for the infinities.
func (s *Set) GELUGrad(d, dy, x []float32) {
	whole := len(x) / s.vector * s.vector
	if whole > 0 {
		s.geluGrad(d[:whole], dy[:whole], x[:whole])
	}
	if whole < len(x) {
		var in, grad, out [16]float32
		copy(in[:], x[whole:])
		copy(grad[:], dy[whole:len(x)])
		s.geluGrad(out[:s.vector], grad[:s.vector], in[:s.vector])
		copy(d[whole:len(x)], out[:])
	}
}

func genericGELU(y, x []float32) {
	for i, v := range x {
		y[i] = v * 0.5 * (1 + erf(v*0.70710678118654752))
	}
}

func genericGELUGrad(d, dy, x []float32) {
	for i, v := range x {
		cdf := 0.5 + 0.5*erf(v*0.70710678118654752)
		v = min(max(v, -12), 12) // v·φ(v) is 3e-31 there, and NaN at the infinities
		d[i] = dy[i] * (cdf + v*0.3989422804014327*Exp(-0.5*v*v))
	}
}

// erf is x·p(x²)/q(x²) for |x| <= 4, beyond which it is ±1 in float32; the error
// stays below 3e-7 (tested).
func erf(x float32) float32 {
	if x > 4 {
		x = 4
	} else if x < -4 {
		x = -4
	}
	z := x * x
	p := float32(-2.72614225801306e-10)
	p = p*z + 2.77068142495902e-08
	p = p*z - 2.10102402082508e-06
	p = p*z - 5.69250639462346e-05
	p = p*z - 7.34990630326855e-04
	p = p*z - 2.95459980854025e-03
	p = p*z - 1.60960333262415e-02
	q := float32(-1.45660718464996e-05)
	q = q*z - 2.13374055278905e-04
	q = q*z - 1.68282697438203e-03
	q = q*z - 7.37332916720468e-03
	q = q*z - 1.42647390514189e-02
	return x * p / q
}

// Exp is e^x with an error below 2e-7 relative (tested); below -87 it is 0.
func Exp(x float32) float32 {
	if x < -87 {
		return 0
	}
	if x > 88 {
		return float32(math.Exp(float64(x)))
	}
	const round = 3 << 22 // adding and taking it away again rounds to a whole number
	k := float32(x*1.4426950408889634+round) - round
	r := x - k*0.693359375
	r -= k * -2.12194440e-4
	p := float32(1.0 / 720)
	p = p*r + 1.0/120
	p = p*r + 1.0/24
	p = p*r + 1.0/6
	p = p*r + 0.5
	p = p*r + 1
	p = p*r + 1
	return p * math.Float32frombits(uint32(int32(k)+127)<<23)
}
