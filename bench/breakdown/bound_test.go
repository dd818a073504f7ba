package main

import "testing"

// TestBound: a product of few rows takes as long as its weights, one of many rows as
// long as its multiplications, and what is no product only multiplies.
func TestBound(t *testing.T) {
	l := limits{gflops: 100, gbytes: 50}
	few, many := linear{1, 1000, 1000}, linear{100, 1000, 1000}
	for _, c := range []struct {
		products []linear
		flops    float64
		want     float64
	}{
		{nil, 1e9, 0.01},
		{[]linear{few}, 2e6, 4e6 / 50e9},
		{[]linear{many}, 2e8, 2e8 / 100e9},
		{[]linear{few, many}, 2e6 + 2e8 + 1e8, 4e6/50e9 + 3e8/100e9},
	} {
		if got := l.seconds(c.products, c.flops); got < c.want*(1-1e-9) || got > c.want*(1+1e-9) {
			t.Errorf("%v, %g FLOPs: %g s, want %g", c.products, c.flops, got, c.want)
		}
	}
	if got := weights([]linear{few, many}); got != 8e6 {
		t.Errorf("%g bytes, want 8e6", got)
	}
	if (&limits{gbytes: 1}).seconds([]linear{few}, 2e6) != 0 {
		t.Error("a bound without a limit")
	}
}
