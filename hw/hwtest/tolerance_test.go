package hwtest

import (
	"math"
	"testing"

	"ltpbench/hw"
)

func TestTolerance(t *testing.T) {
	within := Tolerance{Absolute: 0.5, Relative: 0.25}
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		got, want float64
		allowed   bool
	}{
		{0, 0, true}, {0.5, 0, true}, {0.51, 0, false}, {-0.5, 0, true}, {-0.51, 0, false},
		{5.5, 4, true}, {5.51, 4, false}, {2.5, 4, true}, {-5.5, -4, true}, {-5.51, -4, false},
		{nan, nan, true}, {nan, 0, false}, {0, nan, false}, {inf, inf, true}, {inf, -inf, false}, {inf, 4, false}, {4, inf, false},
	} {
		if within.Allows(c.got, c.want) != c.allowed {
			t.Errorf("%+v: %v for %v: allowed is %v", within, c.got, c.want, !c.allowed)
		}
	}
	if f, h := For(hw.F32), For(hw.F16); f.Absolute > 2e-5 || f.Relative > 2e-5 || h.Absolute < 1e-3 {
		t.Errorf("float32 is allowed %+v, float16 %+v", f, h)
	}
}
