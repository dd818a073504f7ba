package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Paired counts how two classifiers do on the same N examples: those that the first alone gets right, and those that
// the second alone gets right.
type Paired struct{ N, Lost, Won int }

// Pair counts answers that are right.
func Pair(first, second []bool) Paired {
	mustPair(len(first), len(second))
	p := Paired{N: len(first)}
	for i := range first {
		switch {
		case first[i] && !second[i]:
			p.Lost++
		case second[i] && !first[i]:
			p.Won++
		}
	}
	return p
}

// Loss is the first one's accuracy minus the second's.
func (p Paired) Loss() float64 { return float64(p.Lost-p.Won) / float64(p.N) }

// Upper is the one-sided upper bound of the loss: with this confidence, such as 0.95, the loss on the population that
// the examples are drawn from is at most so large. It is the score bound of a paired difference (T. Tango, Statistics
// in Medicine 17, 1998) with a correction of half an example for counts being whole, which keeps the confidence where
// few answers change: TestPairedCoverage adds up all outcomes. Of no examples it is 1.
func (p Paired) Upper(confidence float64) float64 {
	return upper(float64(p.N), float64(p.Lost), float64(p.Won), distuv.UnitNormal.Quantile(confidence))
}

// Lower is the one-sided lower bound of the loss; see Upper.
func (p Paired) Lower(confidence float64) float64 {
	return -Paired{p.N, p.Won, p.Lost}.Upper(confidence)
}

// upper is where the score statistic reaches -z.
func upper(n, lost, won, z float64) float64 {
	if n == 0 {
		return 1
	}
	low, high := (lost-won)/n, 1.0
	for range 60 {
		middle := (low + high) / 2
		if n*middle-(lost-won)-0.5 > z*math.Sqrt(max(0, n*(2*wonAt(n, lost, won, middle)+middle*(1-middle)))) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// wonAt is the likeliest share of won examples if the loss were d (Tango, equation 8).
func wonAt(n, lost, won, d float64) float64 {
	b := -lost - won + (2*n-lost+won)*d
	c := -won * d * (1 - d)
	return max(0, (math.Sqrt(max(0, b*b-8*n*c))-b)/(4*n))
}

// Suffices is how many examples would show, with the confidence, that the loss is at most the limit or that it is more,
// if answers change at the rates seen; false if the loss seen is the limit itself, so that no number would.
func (p Paired) Suffices(limit, confidence float64) (n int, ok bool) {
	z := distuv.UnitNormal.Quantile(confidence)
	lost, won := float64(p.Lost)/float64(p.N), float64(p.Won)/float64(p.N)
	known := func(n float64) bool {
		if lost-won <= limit {
			return upper(n, n*lost, n*won, z) <= limit
		}
		return -upper(n, n*won, n*lost, z) > limit
	}
	const most = 1 << 30
	low, high := 0, 1
	for ; !known(float64(high)); high *= 2 {
		if low = high; high >= most {
			return 0, false
		}
	}
	for low+1 < high {
		if middle := (low + high) / 2; known(float64(middle)) {
			high = middle
		} else {
			low = middle
		}
	}
	return high, true
}
