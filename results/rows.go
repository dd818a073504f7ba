package results

import (
	"cmp"
	"fmt"
	"slices"
)

// Rows returns the record's points, those of one name merged, sorted by method (none
// first, then by name), whether it is fine-tuned, and paper FLOPs, fewest first. A unit
// that was timed several times gets the median; repeats of a counted or unregistered unit
// have to agree. The errors name the points where they do not; the first value is kept.
// Efficiency is computed where the record has speed-up and executed ratio only.
// Read-only: the rows share the points' keys.
func (r *Record) Rows() ([]Point, []error) {
	type group struct {
		point   Point
		samples map[string][]float64
	}
	var groups []*group
	byName := make(map[string]*group)
	for _, p := range r.Points {
		name := fmt.Sprintf("%q %q %d", p.Name, p.Keys, p.Procs)
		g := byName[name]
		if g == nil {
			g = &group{point: p, samples: make(map[string][]float64)}
			g.point.Values, g.point.Iters = nil, 0
			byName[name] = g
			groups = append(groups, g)
		}
		g.point.Iters += p.Iters
		for _, v := range p.Values {
			if _, ok := g.samples[v.Unit]; !ok {
				g.point.Values = append(g.point.Values, Value{Unit: v.Unit})
			}
			g.samples[v.Unit] = append(g.samples[v.Unit], v.Value)
		}
	}
	var rows []Point
	var errs []error
	for _, g := range groups {
		for i := range g.point.Values {
			v := &g.point.Values[i]
			samples := g.samples[v.Unit]
			v.Value = samples[0]
			if u, ok := unitNamed(v.Unit); ok && !u.Counted {
				v.Value = median(samples)
			} else if j := slices.IndexFunc(samples, func(x float64) bool { return x != samples[0] }); j >= 0 {
				name, _ := g.point.FullName()
				errs = append(errs, fmt.Errorf("%s: %s: %s is %v and %v, but a repeat of a counted value must give the same", r.Path, name, v.Unit, samples[0], samples[j]))
			}
		}
		addEfficiency(&g.point)
		rows = append(rows, g.point)
	}
	sortRows(rows)
	return rows, errs
}

// Named returns the rows of one name, such as "Sweep". The slice is new.
func Named(rows []Point, name string) []Point {
	return slices.DeleteFunc(slices.Clone(rows), func(p Point) bool { return p.Name != name })
}

// addEfficiency computes the efficiency of a point that has only its factors.
func addEfficiency(p *Point) {
	speedup, timed := p.Value(Speedup)
	executed, counted := p.Value(ExecutedRatio)
	if _, ok := p.Value(Efficiency); !ok && timed && counted {
		p.Values = append(p.Values, Value{Efficiency, speedup * executed})
	}
}

func sortRows(rows []Point) {
	slices.SortStableFunc(rows, func(a, b Point) int {
		return cmp.Or(
			compareMethods(a.Key(KeyMethod), b.Key(KeyMethod)),
			cmp.Compare(a.Key(KeyTuned), b.Key(KeyTuned)),
			compareValues(&a, &b, PaperRatio),
			compareValues(&a, &b, PaperFLOPs),
		)
	})
}

// compareMethods puts none first.
func compareMethods(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == MethodNone:
		return -1
	case b == MethodNone:
		return 1
	}
	return cmp.Compare(a, b)
}

// compareValues puts points without the value last.
func compareValues(a, b *Point, unit string) int {
	x, okX := a.Value(unit)
	y, okY := b.Value(unit)
	switch {
	case okX && okY:
		return cmp.Compare(x, y)
	case okX:
		return -1
	case okY:
		return 1
	}
	return 0
}

// median sorts samples; of an even number it is the mean of the middle two.
func median(samples []float64) float64 {
	slices.Sort(samples)
	n := len(samples)
	return (samples[(n-1)/2] + samples[n/2]) / 2
}
