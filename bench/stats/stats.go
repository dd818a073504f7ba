// Package stats scores predictions and computes how certain the scores are. All functions are pure: the same
// arguments give the same answer, bit for bit, and no argument is changed. Intervals are of 95 %.
package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is a 95 % interval, ends included.
type Interval struct{ Low, High float64 }

// Contains reports whether x lies in the interval.
func (i Interval) Contains(x float64) bool { return i.Low <= x && x <= i.High }

// Mean is the arithmetic mean; NaN of nothing.
func Mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// Deviation is the sample's standard deviation, with n-1 in the denominator; NaN below two values.
func Deviation(x []float64) float64 {
	if len(x) < 2 {
		return math.NaN()
	}
	mean, sum := Mean(x), 0.0
	for _, v := range x {
		sum += (v - mean) * (v - mean)
	}
	return math.Sqrt(sum / float64(len(x)-1))
}

// Student is the interval of the mean of a normal sample, by Student's t: for a few runs with different
// seeds. Below two values it is unbounded.
func Student(x []float64) Interval {
	n := float64(len(x))
	if n < 2 {
		return Interval{math.Inf(-1), math.Inf(1)}
	}
	t := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(0.975)
	mean, half := Mean(x), t*Deviation(x)/math.Sqrt(n)
	return Interval{mean - half, mean + half}
}

// Percentile is the value that p of 100 parts of the sample do not exceed, interpolated linearly between
// the two nearest values (R's type 7, NumPy's default). It panics on an empty sample or p outside 0..100.
func Percentile(x []float64, p float64) float64 {
	if len(x) == 0 || !(p >= 0 && p <= 100) {
		panic("stats: Percentile of nothing, or not between 0 and 100")
	}
	sorted := slices.Sorted(slices.Values(x))
	return percentile(sorted, p)
}

func percentile(sorted []float64, p float64) float64 {
	at := p / 100 * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
