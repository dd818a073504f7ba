package stats

import (
	"math"
	"math/rand/v2"
	"slices"
)

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

// Rounds is how often a bootstrap draws unless there is a reason for another number.
const Rounds = 2000

// Bootstrap is the percentile interval of a statistic of n examples (B. Efron, 1979): stat is asked once
// for each of so many resamples, lists of n example numbers drawn with replacement, which it must not
// keep. The same seed draws the same resamples, so statistics can be compared on the same ones; comparing
// two methods on the same examples, stat returns their difference.
func Bootstrap(n, rounds int, seed uint64, stat func(sample []int) float64) Interval {
	got := resample(n, rounds, seed, stat)
	return Interval{percentile(got, 2.5), percentile(got, 97.5)}
}

// resample returns the statistic of all resamples, sorted.
func resample(n, rounds int, seed uint64, stat func(sample []int) float64) []float64 {
	if n < 1 || rounds < 1 {
		panic("stats: a bootstrap of nothing")
	}
	random := rand.New(rand.NewPCG(seed, 0))
	sample, got := make([]int, n), make([]float64, rounds)
	for r := range got {
		for i := range sample {
			sample[i] = random.IntN(n)
		}
		got[r] = stat(sample)
	}
	slices.Sort(got)
	return got
}

// BootstrapMean is the bootstrap interval of the mean of x.
func BootstrapMean(x []float64, rounds int, seed uint64) Interval {
	return Bootstrap(len(x), rounds, seed, func(sample []int) float64 { return meanOf(x, sample) })
}

// Difference is what PairedBootstrap finds.
type Difference struct {
	Mean     float64  // of a minus b
	Interval Interval // of that mean
	P        float64  // two-sided: twice the share of resamples on the other side of 0, at least 2/rounds and at most 1
}

// PairedBootstrap compares per-example scores of two methods on the same examples, for instance 1 for a
// right answer and 0 for a wrong one.
func PairedBootstrap(a, b []float64, rounds int, seed uint64) Difference {
	mustPair(len(a), len(b))
	d := make([]float64, len(a))
	for i := range d {
		d[i] = a[i] - b[i]
	}
	got := resample(len(d), rounds, seed, func(sample []int) float64 { return meanOf(d, sample) })
	below, above := 0, 0
	for _, v := range got {
		if v <= 0 {
			below++
		}
		if v >= 0 {
			above++
		}
	}
	share := float64(max(1, min(below, above))) / float64(rounds)
	return Difference{Mean(d), Interval{percentile(got, 2.5), percentile(got, 97.5)}, min(1, 2*share)}
}

func meanOf(x []float64, sample []int) float64 {
	sum := 0.0
	for _, at := range sample {
		sum += x[at]
	}
	return sum / float64(len(sample))
}
