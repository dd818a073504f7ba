package plots

import (
	"fmt"
	"testing"
)

func TestTicks(t *testing.T) {
	for _, tc := range []struct {
		low, high float64
		n         int
		want      string
		decimals  int
	}{
		{0, 1, 10, "[0.0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0]", 1},
		{0.352, 1, 8, "[0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0]", 1},
		{0.79, 0.88, 5, "[0.78 0.80 0.82 0.84 0.86 0.88]", 2},
		{-3, 12, 4, "[-5 0 5 10 15]", 0},
		{4100, 9000, 3, "[4000 6000 8000 10000]", 0},
	} {
		at, decimals := ticks(tc.low, tc.high, tc.n)
		text := []string{}
		for _, x := range at {
			text = append(text, fmt.Sprintf("%.*f", decimals, x))
		}
		if got := fmt.Sprint(text); got != tc.want || decimals != tc.decimals {
			t.Errorf("Ticks(%v, %v, %d) = %s with %d decimals, want %s with %d", tc.low, tc.high, tc.n, got, decimals, tc.want, tc.decimals)
		}
	}
}
