package plots

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/plot/vg"

	"ltpbench/results"
)

// series is the points of one method, in order of cost.
type series struct {
	name  string
	label string // what the legend calls it, if not its name
	look  look
	at    []at
}

// at is a point in units of the axes. Without an interval both its ends are the value.
type at struct {
	x, y        span
	spread      []float64 // values of single examples, drawn as a violin; nil: none
	left, shift vg.Length // x on the page, and how far it was moved there; field.place sets both
}

// span is a value and its interval.
type span struct{ low, value, high float64 }

// group splits points by series, none first and the others by name, and leaves out
// those for which x or y returns false. A value that cannot be drawn is an error that
// names its point.
func group(points []results.Point, x, y func(*results.Point) (span, bool)) ([]series, error) {
	var out []series
	for i := range points {
		p := &points[i]
		px, okX := x(p)
		py, okY := y(p)
		if !okX || !okY {
			continue
		}
		for _, v := range []float64{px.low, px.value, px.high, py.low, py.value, py.high} {
			if !drawable(v) {
				return nil, fmt.Errorf("%s: a value of %g cannot be drawn: the figures show 0 and %g to %g", full(p), v, 1/largest, largest)
			}
		}
		name := p.Series()
		j := slices.IndexFunc(out, func(s series) bool { return s.name == name })
		if j < 0 {
			j = len(out)
			out = append(out, series{name: name})
		}
		out[j].at = append(out[j].at, at{x: px, y: py})
	}
	for i := range out {
		slices.SortStableFunc(out[i].at, func(a, b at) int { return cmp.Compare(a.x.value, b.x.value) })
	}
	dress(out)
	return out, nil
}

// full is a point's name for a message.
func full(p *results.Point) string {
	if name, err := p.FullName(); err == nil {
		return name
	}
	return p.Series()
}

// dress sorts series, none first and the others by name, and gives each its look.
func dress(all []series) {
	slices.SortFunc(all, func(a, b series) int {
		return compareNames(a.name, b.name)
	})
	next := 0
	for i := range all {
		if all[i].isNone() {
			all[i].label, all[i].look = cmp.Or(all[i].label, "no pruning"), none
			continue
		}
		all[i].look = lookOf(next)
		next++
	}
}

// compareNames puts none first.
func compareNames(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == results.MethodNone:
		return -1
	case b == results.MethodNone:
		return 1
	}
	return cmp.Compare(a, b)
}

func (s series) isNone() bool { return s.name == results.MethodNone }

func spanOf(p *results.Point, unit string) (span, bool) {
	v, ok := p.Value(unit)
	if low, high, both := p.Interval(unit); both {
		return span{low, v, high}, ok
	}
	return span{v, v, v}, ok
}

// withIntervals adds to a label that intervals are drawn, if they are.
func withIntervals(label string, all []series) string {
	for _, s := range all {
		if slices.ContainsFunc(s.at, func(p at) bool { return p.y.low != p.y.high }) {
			return label + " with 95 % intervals"
		}
	}
	return label
}
