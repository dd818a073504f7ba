package simd

import (
	"math"
	"testing"
)

// TestExpOfSoftmax bounds the error of the exponential within Softmax, relative to
// each probability however small. Probabilities below e^-86 may be 0, as the set has it.
func TestExpOfSoftmax(t *testing.T) {
	const bound = 6e-7 // twice what the sets make
	each(t, func(t *testing.T, s *Set) {
		worst, at := 0.0, 0.0
		for d := float32(0); d <= 100; d += 0.0013 {
			p := [2]float32{0, -d}
			s.Softmax(p[:], 2)
			e := math.Exp(-float64(d))
			for i, want := range [2]float64{1 / (1 + e), e / (1 + e)} {
				if p[i] == 0 && d > 86 {
					continue
				}
				if off := math.Abs(float64(p[i])/want - 1); !(off <= worst) {
					worst, at = off, float64(d)
				}
			}
		}
		if !(worst <= bound) {
			t.Errorf("the softmax of 0 and -%v is off by %.2g of itself", at, worst)
		}
	})
}
