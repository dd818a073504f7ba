package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Estimate is a value with its standard error. Value divided by Error follows Student's t with so many
// degrees of Freedom around the truth.
type Estimate struct {
	Value, Error, Freedom float64
	// Seeds is how many training seeds each side has at least. With one, the error is that over examples
	// alone: it holds for these weights, not for another seed.
	Seeds int
}

// MeanOfSeeds is the mean of a method's runs, one score per training seed.
func MeanOfSeeds(runs []Score) Estimate { return contrast(runs, nil) }

// Compare is the metric of method a minus that of b, on the same examples, one score per training seed and
// method. It is the one test that verdicts rest on.
//
// Both seeds and examples are samples, crossed: every seed is scored on the same examples. Resampling both
// and taking percentiles would be wrong for few seeds: three seeds resampled have two thirds of their variance,
// and the normal distribution's tails, so a 95 % interval covers about 80 %. Instead the variance of the
// difference is put together from what it is made of:
//
//	variance = s_a^2/S_a + s_b^2/S_b + max(0, E - I)
//
// s^2 is the sample variance of a method's metric over its S seeds, E the variance of the difference of means over
// resampled examples, and I the part of E that is each seed's own dealing with examples: it averages out
// over seeds and is in s^2 already. The sum has Satterthwaite's degrees of freedom (F. E. Satterthwaite, 1946):
// the seeds' part has S_a + S_b - 2, so that three seeds get the t quantile that they deserve. It is the
// analysis of several readers and several cases (D. D. Dorfman, K. S. Berbaum, C. E. Metz, 1992; S. L.
// Hillis, 2007), with seeds for readers.
//
// TestCoverage simulates it, whichever part is the large one, and TestAA tries it on trained networks. Welch's
// degrees of freedom, S-1 for each s^2, were tried and left: with three seeds that scatter alike they cover 96.5 to
// 98 %. Seeds are not paired either, for equal numbers make unequal networks, and pairs leave S-1
// degrees; where equal seeds do go together, the interval is too wide rather than too narrow.
//
// With one seed on a side only E is known: the paired bootstrap. Where nothing varies, as where both answer alike,
// the error is taken to be one example's, since another might have differed.
func Compare(a, b []Score) Estimate {
	if len(b) == 0 {
		panic("stats: a comparison with nothing")
	}
	return contrast(a, b)
}

func contrast(a, b []Score) Estimate {
	e := Estimate{Seeds: len(a)}
	total := make([]float64, len(a[0].Resampled))
	var seeds, own, count float64
	for i, runs := range [][]Score{a, b} {
		if len(runs) == 0 {
			continue
		}
		n, sign := float64(len(runs)), 1-2*float64(i)
		values, middle := make([]float64, len(runs)), make([]float64, len(total))
		for j, run := range runs {
			mustPair(len(run.Resampled), len(total))
			mustPair(run.Examples, a[0].Examples)
			values[j] = run.Value
			for r, v := range run.Resampled {
				middle[r] += v / n
			}
		}
		for r, v := range middle {
			total[r] += sign * v
		}
		e.Value += sign * Mean(values)
		e.Seeds = min(e.Seeds, len(runs))
		if len(runs) < 2 {
			continue
		}
		seeds += stat.Variance(values, nil) / n
		count += n - 1
		rest := make([]float64, len(total))
		for _, run := range runs {
			for r, v := range run.Resampled {
				rest[r] = v - middle[r]
			}
			own += stat.Variance(rest, nil) / (n * (n - 1))
		}
	}
	examples, freedom := stat.Variance(total, nil), max(1, float64(a[0].Examples-1))
	variance := examples
	if e.Seeds > 1 {
		examples = max(0, examples-own)
		// Few seeds on few examples may agree to the last one by chance; then the examples' variance stands.
		if seeds+examples > 0 {
			variance = seeds + examples
			freedom = variance * variance / (seeds*seeds/count + examples*examples/freedom)
		}
	}
	e.Error, e.Freedom = math.Sqrt(variance), freedom
	if variance == 0 { // all examples speak alike, as far as these few tell
		e.Error = 1 / float64(max(1, a[0].Examples))
	}
	return e
}

// widened adds an independent error that is known well.
func (e Estimate) widened(by float64) Estimate {
	if by == 0 {
		return e
	}
	wide := math.Hypot(e.Error, by)
	if e.Error > 0 {
		e.Freedom *= math.Pow(wide/e.Error, 4)
	}
	e.Error = wide
	return e
}

// Interval is the interval that holds the truth with this confidence, such as 0.95.
func (e Estimate) Interval(confidence float64) Interval {
	if e.Error == 0 {
		return Interval{e.Value, e.Value}
	}
	half := e.Error * e.student().Quantile((1+confidence)/2)
	return Interval{e.Value - half, e.Value + half}
}

// P is the two-sided probability of a value as far from 0, were the truth 0.
func (e Estimate) P() float64 {
	switch {
	case e.Value == 0:
		return 1
	case e.Error == 0:
		return 0
	}
	return min(1, 2*e.student().Survival(math.Abs(e.Value)/e.Error))
}

func (e Estimate) student() distuv.StudentsT { return distuv.StudentsT{Sigma: 1, Nu: e.Freedom} }
