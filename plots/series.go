package plots

import (
	"cmp"
	"fmt"
	"slices"

	"ltpbench/results"
)

// series is the points of one method, from the cheapest to the dearest.
type series struct {
	name string
	look look
	at   []at
}

// at is a point in units of the axes; low and high are y where it has no interval.
type at struct{ x, y, low, high float64 }

// group splits the points by method, none first and the others by name.
func (f Figure) group() ([]series, error) {
	var out []series
	for i := range f.Points {
		p := &f.Points[i]
		x, okX := f.x(p)
		y, okY := p.Value(f.Y)
		if !okX || !okY {
			continue
		}
		low, high, ok := p.Interval(f.Y)
		if !ok {
			low, high = y, y
		}
		name := cmp.Or(p.Key(results.KeyMethod), p.Name)
		j := slices.IndexFunc(out, func(s series) bool { return s.name == name })
		if j < 0 {
			j = len(out)
			out = append(out, series{name: name})
		}
		k := scale(f.Y)
		out[j].at = append(out[j].at, at{x, k * y, k * low, k * high})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no point has both %s and %s, so there is nothing to draw", f.X, f.Y)
	}
	slices.SortFunc(out, func(a, b series) int {
		if a.isNone() != b.isNone() {
			return map[bool]int{true: -1, false: 1}[a.isNone()]
		}
		return cmp.Compare(a.name, b.name)
	})
	next := 0
	for i := range out {
		slices.SortStableFunc(out[i].at, func(a, b at) int { return cmp.Compare(a.x, b.x) })
		if out[i].isNone() {
			out[i].look = none
			continue
		}
		out[i].look = looks[next%len(looks)]
		next++
	}
	return out, nil
}

func (s series) isNone() bool { return s.name == results.MethodNone }

// x returns where the point lies. What a speed-up is relative to is 1 by definition.
func (f Figure) x(p *results.Point) (float64, bool) {
	v, ok := p.Value(f.X)
	if f.X == results.Speedup {
		if !ok && p.Key(results.KeyMethod) == results.MethodNone {
			return 1, true
		}
		return 1 / v, ok && v > 0
	}
	return v, ok
}

// scale is what an axis multiplies a unit with: fractions of right answers are shown
// in per cent.
func scale(unit string) float64 {
	if unit == results.Accuracy || unit == results.F1 {
		return 100
	}
	return 1
}

// label is the text beside an axis.
func label(unit string) string {
	switch {
	case unit == results.Speedup:
		return "relative time (measured)"
	case scale(unit) == 100:
		return results.Label(unit) + " (%)"
	}
	return results.Label(unit)
}
