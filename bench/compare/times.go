package compare

import (
	"math"

	"golang.org/x/perf/benchmath"

	"ltpbench/bench/stats"
	"ltpbench/results"
)

// Time is a timed value of a point.
type Time struct {
	Point, Unit string
	Old, New    float64 // medians
	// Ratio is New / Old. Its interval has a level of at least 95 %, from both medians' intervals: with fewer
	// than six samples a side it is 0 to infinity.
	Ratio    float64
	Interval stats.Interval
	// P is that of the Mann-Whitney test, as in benchstat; Corrected is adjusted for all times of the report
	// that have enough samples to show a difference, and 1 for the others.
	P, Corrected float64
	Samples      int // of the side with fewer

	better results.Direction // 0: unknown
}

// enough is how many samples a side the test needs to show anything at 5 %.
const enough = 4

func timed(point, unit string, better results.Direction, old, new []float64) Time {
	thresholds := benchmath.DefaultThresholds
	a, b := benchmath.NewSample(old, &thresholds), benchmath.NewSample(new, &thresholds)
	x, y := benchmath.AssumeNothing.Summary(a, 0.95), benchmath.AssumeNothing.Summary(b, 0.95)
	t := Time{Point: point, Unit: unit, Old: x.Center, New: y.Center, Ratio: y.Center / x.Center, P: benchmath.AssumeNothing.Compare(a, b).P,
		Interval: stats.Interval{Low: 0, High: math.Inf(1)}, Corrected: 1, Samples: min(len(old), len(new)), better: better}
	if x.Lo > 0 && y.Lo > 0 && !math.IsInf(x.Hi, 1) && !math.IsInf(y.Hi, 1) {
		t.Interval = stats.Interval{Low: y.Lo / x.Hi, High: y.Hi / x.Lo}
	}
	return t
}

func (r *Report) correct() {
	var p []float64
	var at []int
	for i, t := range r.Times {
		if t.Samples >= enough {
			p, at = append(p, t.P), append(at, i)
		}
	}
	corrected, _ := stats.Holm(p)
	for i, c := range corrected {
		r.Times[at[i]].Corrected = c
	}
}

// slower is the factor by which the new side is slower; NaN if the unit has no direction.
func (t *Time) slower() float64 {
	switch t.better {
	case results.Higher:
		return 1 / t.Ratio
	case results.Lower:
		return t.Ratio
	}
	return math.NaN()
}

// Significant reports whether old and new differ significantly.
func (t *Time) Significant() bool { return t.Corrected <= stats.Significance }

// Slow returns the points that became significantly slower, by more than a fraction such as 0.05.
func (r *Report) Slow(threshold float64) []Time {
	var list []Time
	for _, t := range r.Times {
		if t.Significant() && t.slower() > 1+threshold {
			list = append(list, t)
		}
	}
	return list
}

// Failed reports whether counted values differ, points became slower by more than the threshold, or nothing
// was compared.
func (r *Report) Failed(threshold float64) bool {
	return r.Both == 0 || len(r.Counts) > 0 || len(r.Slow(threshold)) > 0
}

// Together is the geometric mean of a unit's ratios, with Student's interval over the points. The points of
// a run share the state of the machine, so it shows whether these runs differ, not why.
type Together struct {
	Unit     string
	Points   int
	Ratio    float64
	Interval stats.Interval
}

// Together returns one entry per timed unit.
func (r *Report) Together() []Together {
	logs := map[string][]float64{}
	var units []string
	for _, t := range r.Times {
		if !(t.Ratio > 0) || math.IsInf(t.Ratio, 1) {
			continue
		}
		if logs[t.Unit] == nil {
			units = append(units, t.Unit)
		}
		logs[t.Unit] = append(logs[t.Unit], math.Log(t.Ratio))
	}
	var list []Together
	for _, u := range units {
		i := stats.Student(logs[u])
		list = append(list, Together{u, len(logs[u]), math.Exp(stats.Mean(logs[u])), stats.Interval{Low: math.Exp(i.Low), High: math.Exp(i.High)}})
	}
	return list
}
