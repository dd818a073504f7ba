package plots

import (
	"math"
	"strconv"
)

// largest is the greatest value that is drawn, and its inverse the least but 0: beyond
// them the arithmetic of an axis over- or underflows.
const largest = 1e100

// drawable reports whether a value can be drawn.
func drawable(v float64) bool {
	return v == 0 || math.Abs(v) <= largest && math.Abs(v) >= 1/largest
}

// ticks returns multiples of a round step, 1, 2 or 5 times a power of ten, from the
// last one not above low to the first one not below high, in at most n steps plus
// one at either end, and the decimals that tell them apart. Low is below high, both
// drawable.
func ticks(low, high float64, n int) (at []float64, decimals int) {
	if !(low < high) || math.IsInf(high-low, 0) {
		panic("plots: ticks of an empty or infinite range")
	}
	step := roundStep((high - low) / float64(n))
	first, last := math.Floor(low/step+1e-9), math.Ceil(high/step-1e-9)
	for i := range int(last-first) + 1 {
		at = append(at, (first+float64(i))*step)
	}
	return at, max(0, int(math.Ceil(-math.Log10(step)-1e-9)))
}

// number writes a tick: as a decimal, or with an exponent where that would be long.
func number(v float64, decimals int) string {
	if decimals > 6 || math.Abs(v) >= 1e9 {
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	if math.Abs(v) < 1e-12 {
		v = 0 // and not -0
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// spread returns the range of an axis for values from low to high: itself, or some
// room about values that are all the same, or differ by rounding alone.
func spread(low, high float64) (float64, float64) {
	size := max(math.Abs(low), math.Abs(high))
	if high-low > 1e-9*size {
		return low, high
	}
	pad := max(0.05*size, 1e-3)
	return low - pad, high + pad
}

// roundStep returns the smallest 1, 2 or 5 times a power of ten that is not below x.
func roundStep(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= x*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}
