package plots

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/plot/vg"

	"ltpbench/results"
)

// series is the points of one method, from the cheapest to the dearest.
type series struct {
	name string
	look look
	at   []at
}

// at is a point in units of the axes. Without an interval both its ends are the value.
type at struct {
	x, y        span
	left, shift vg.Length // x on the page, and how far it was moved there; field.place sets both
}

// span is a value and its interval.
type span struct{ low, value, high float64 }

// group splits the points by method, none first and the others by name.
func (f Figure) group() ([]series, error) {
	var out []series
	for i := range f.Points {
		p := &f.Points[i]
		x, okX := f.x(p)
		y, okY := spanOf(p, f.Y)
		if !okX || !okY {
			continue
		}
		name := cmp.Or(p.Key(results.KeyMethod), p.Name)
		j := slices.IndexFunc(out, func(s series) bool { return s.name == name })
		if j < 0 {
			j = len(out)
			out = append(out, series{name: name})
		}
		k := scale(f.Y)
		out[j].at = append(out[j].at, at{x: x, y: span{k * y.low, k * y.value, k * y.high}})
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
		slices.SortStableFunc(out[i].at, func(a, b at) int { return cmp.Compare(a.x.value, b.x.value) })
		if out[i].isNone() {
			out[i].look = none
			continue
		}
		out[i].look = lookOf(next)
		next++
	}
	return out, nil
}

func (s series) isNone() bool { return s.name == results.MethodNone }

func spanOf(p *results.Point, unit string) (span, bool) {
	v, ok := p.Value(unit)
	if low, high, both := p.Interval(unit); both {
		return span{low, v, high}, ok
	}
	return span{v, v, v}, ok
}

// x returns where the point lies. Relative time is the inverse of the speed-up, and 1
// by definition for what the speed-up is relative to.
func (f Figure) x(p *results.Point) (span, bool) {
	v, ok := spanOf(p, f.X)
	if f.X != results.Speedup {
		return v, ok
	}
	if !ok && p.Key(results.KeyMethod) == results.MethodNone {
		return span{1, 1, 1}, true
	}
	return span{1 / v.high, 1 / v.value, 1 / v.low}, ok && v.low > 0
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
		return "relative time (measured, no pruning = 1)"
	case scale(unit) == 100:
		return results.Label(unit) + " (%)"
	}
	return results.Label(unit)
}

// yLabel says that there are intervals where there are.
func yLabel(unit string, all []series) string {
	for _, s := range all {
		if slices.ContainsFunc(s.at, func(p at) bool { return p.y.low != p.y.high }) {
			return label(unit) + " with 95 % intervals"
		}
	}
	return label(unit)
}
