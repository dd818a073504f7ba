package hwtest

import (
	"math"

	"ltpbench/hw"
)

// Tolerance is how far a device's float32 may lie from float64's answer.
type Tolerance struct{ Absolute, Relative float64 }

// Allows reports whether |got-want| <= Absolute + |want|·Relative. NaN equals NaN
// alone, and an infinity only itself.
func (t Tolerance) Allows(got, want float64) bool {
	if math.IsNaN(want) || math.IsNaN(got) {
		return math.IsNaN(want) && math.IsNaN(got)
	}
	if math.IsInf(want, 0) || math.IsInf(got, 0) {
		return got == want
	}
	return math.Abs(got-want) <= t.Absolute+math.Abs(want)*t.Relative
}

// times widens the tolerance.
func (t Tolerance) times(f float64) Tolerance {
	return Tolerance{t.Absolute * f, t.Relative * f}
}

// Eps is the distance from 1 to the next number of a compute type.
func Eps(t hw.Type) float64 {
	switch t {
	case hw.BF16:
		return 1.0 / (1 << 7)
	case hw.F16, hw.TF32:
		return 1.0 / (1 << 10)
	}
	return 1.0 / (1 << 23)
}

// For is the tolerance of sums of products of ordinary numbers, of size about 1,
// in a compute type.
func For(t hw.Type) Tolerance {
	eps := max(Eps(t), 32*Eps(hw.F32))
	return Tolerance{4 * eps, 4 * eps}
}
