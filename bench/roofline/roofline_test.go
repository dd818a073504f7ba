package roofline

import (
	"testing"

	"ltpbench/hw/cpu/simd"
)

// Rates are those of a processor, and a set without a measure has none.
func TestPeak(t *testing.T) {
	for _, s := range simd.Available() {
		peak := Peak(s, 1)
		if (s.Peak == nil) != (peak == 0) || peak != 0 && (peak < 1 || peak > 1000) {
			t.Errorf("%s: %v GFLOP/s", s.Name, peak)
		}
	}
	if gb := Bandwidth(simd.Best(), 1); gb < 0.1 || gb > 1000 {
		t.Errorf("%v GB/s", gb)
	}
}
