package stats

import "sort"

// Holm corrects the probabilities of several comparisons (S. Holm, 1979): at or below 0.05, say, the
// corrected ones are significant, with a chance of 0.05 at most that one of all is so wrongly, whatever goes
// together. The result is in the order of p. share[i] is the number that p[i] was compared with 0.05
// divided by: an interval of confidence 1 - 0.05/share[i] leaves 0 out where the corrected one is
// significant.
func Holm(p []float64) (corrected []float64, share []int) {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return p[order[a]] < p[order[b]] })
	corrected, share = make([]float64, len(p)), make([]int, len(p))
	least, last := 0.0, 0
	for rank, i := range order {
		// After the first that is not significant, nothing is: all share its number.
		if least <= Significance {
			last = len(p) - rank
		}
		least = max(least, min(1, p[i]*float64(len(p)-rank)))
		corrected[i], share[i] = least, last
	}
	return corrected, share
}

// Significance is the level of all tests: 5 %.
const Significance = 0.05
