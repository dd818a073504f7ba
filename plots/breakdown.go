package plots

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ltpbench/results"
)

// share is the suffix of the units of a breakdown: "product-share" is the part of the
// threads' time that matrix products take.
const share = "-share"

// drawn are the kinds of work that have a separate line.
var drawn = []string{"product", "attention", "idle"}

// Breakdown draws where time is spent as a method prunes more: the points' relative time,
// and the part of it that each kind of work takes, against relative executed FLOPs. On the
// diagonal time falls as FLOPs do. The unpruned points are the last of every method. It is
// an error if the method has no point with shares.
func Breakdown(title, method string, points []results.Point) (Figure, error) {
	f := Figure{still: true, title: title + ", " + method, x: axisOf(results.ExecutedRatio, false), y: axis{label: "relative time (measured, no pruning = 1), and its parts"}}
	add := func(name string, x, y float64) {
		i := slices.IndexFunc(f.series, func(s series) bool { return s.name == name })
		if i < 0 {
			i = len(f.series)
			f.series = append(f.series, series{name: name})
		}
		f.series[i].at = append(f.series[i].at, at{x: span{x, x, x}, y: span{y, y, y}})
	}
	for i := range points {
		p := &points[i]
		x, okX := p.Value(results.ExecutedRatio)
		speedup, okY := p.Value(results.Speedup)
		if !okX || !okY || speedup <= 0 || p.Key(results.KeyMethod) != method && p.Key(results.KeyMethod) != results.MethodNone {
			continue
		}
		if !drawable(x) || !drawable(1/speedup) {
			return f, fmt.Errorf("%s: %s %g or %s %g cannot be drawn", full(p), results.ExecutedRatio, x, results.Speedup, speedup)
		}
		rest := 0.0
		for _, v := range p.Values {
			switch kind, ok := strings.CutSuffix(v.Unit, share); {
			case ok && slices.Contains(drawn, kind):
				add(kind, x, v.Value/speedup)
			case ok:
				rest += v.Value / speedup
			}
		}
		add("all", x, 1/speedup)
		add("norm, selection, gather", x, rest)
	}
	if len(f.series) < 2 {
		return f, fmt.Errorf("no point of method %s has shares of time: nothing to draw", method)
	}
	for i := range f.series {
		slices.SortStableFunc(f.series[i].at, func(a, b at) int { return cmp.Compare(a.x.value, b.x.value) })
	}
	dress(f.series)
	x, y := bounds(f.series)
	f.x.fit(x.low, x.high, 7)
	f.y.fit(min(0, y.low), max(1, y.high), 7)
	f.guides = []guide{{"time falls as FLOPs do", diagonal, [][2]float64{{x.low, x.low}, {x.high, x.high}}}}
	return f, nil
}
