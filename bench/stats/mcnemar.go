package stats

import "math"

// McNemar compares two classifiers on the same examples: the exact two-sided probability, were they
// equally good, of a split at least as uneven as found among the examples that one alone gets right
// (Q. McNemar, 1947; the binomial form). onlyA and onlyB count those examples.
func McNemar(a, b []bool) (p float64, onlyA, onlyB int) {
	mustPair(len(a), len(b))
	for i := range a {
		switch {
		case a[i] && !b[i]:
			onlyA++
		case b[i] && !a[i]:
			onlyB++
		}
	}
	n, k := onlyA+onlyB, min(onlyA, onlyB)
	whole, _ := math.Lgamma(float64(n + 1))
	for i := 0; i <= k; i++ {
		x, _ := math.Lgamma(float64(i + 1))
		y, _ := math.Lgamma(float64(n - i + 1))
		p += math.Exp(whole - x - y - float64(n)*math.Ln2)
	}
	return min(1, 2*p), onlyA, onlyB
}
