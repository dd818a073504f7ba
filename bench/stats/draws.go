package stats

import (
	"math/rand/v2"
	"slices"
)

// Rounds is how often a bootstrap draws unless there is a reason for another number.
const Rounds = 2000

// Metric scores predictions against the truth, one of each per example: classes as whole numbers, or values.
type Metric func(predicted, truth []float64) float64

// Draws is a bootstrap over examples (B. Efron, 1979): Rounds resamples of so many examples, drawn with
// replacement. The same Draws draw the same resamples for every run that is scored, and that is what makes
// comparisons of runs on the same examples paired ones.
type Draws struct {
	Examples, Rounds int
	Seed             uint64
}

// Score is a run's metric on its examples and on each resample of them.
type Score struct {
	Value     float64
	Resampled []float64
	Examples  int
}

// Score scores a run; its examples have to be in the order of all others that it is compared with.
func (d Draws) Score(m Metric, predicted, truth []float64) Score {
	mustPair(len(predicted), len(truth))
	mustPair(len(truth), d.Examples)
	if d.Examples < 1 || d.Rounds < 2 {
		panic("stats: a bootstrap of nothing")
	}
	random := rand.New(rand.NewPCG(d.Seed, 0))
	p, t := make([]float64, d.Examples), make([]float64, d.Examples)
	s := Score{m(predicted, truth), make([]float64, d.Rounds), d.Examples}
	for r := range s.Resampled {
		for i := range p {
			at := random.IntN(d.Examples)
			p[i], t[i] = predicted[at], truth[at]
		}
		s.Resampled[r] = m(p, t)
	}
	return s
}

// Interval is the percentile interval over examples: how sure the metric of these very weights is.
func (s Score) Interval() Interval {
	sorted := slices.Sorted(slices.Values(s.Resampled))
	return Interval{percentile(sorted, 2.5), percentile(sorted, 97.5)}
}

// mix is the score (1-w) a + w b, resample by resample.
func mix(a, b Score, w float64) Score {
	mustPair(len(a.Resampled), len(b.Resampled))
	m := Score{(1-w)*a.Value + w*b.Value, make([]float64, len(a.Resampled)), a.Examples}
	for r := range m.Resampled {
		m.Resampled[r] = (1-w)*a.Resampled[r] + w*b.Resampled[r]
	}
	return m
}
