package plots

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/plot/vg/draw"

	"ltpbench/results"
)

// Tradeoff draws the points' quality y against their cost x, both units of results, with
// the 95 % intervals that the points have, and the Pareto front. If x is results.Speedup,
// it is drawn as relative time, 1 / speed-up, so that the cheaper points are on the left of
// every figure.
//
// Points of method none are a line across with its interval as a band. Points that lack
// x or y are left out; it is an error if none is left.
func Tradeoff(title, x, y string, points []results.Point) (Figure, error) {
	f := Figure{title: title, x: axisOf(x, true), y: axisOf(y, false), across: true}
	var err error
	f.series, err = group(points, func(p *results.Point) (span, bool) {
		if x == results.Speedup {
			return relativeTime(p)
		}
		s, ok := spanOf(p, x)
		return f.x.scale(s), ok
	}, func(p *results.Point) (span, bool) {
		s, ok := spanOf(p, y)
		return f.y.scale(s), ok
	})
	if err != nil {
		return f, err
	}
	if len(f.series) == 0 {
		return f, fmt.Errorf("no point has both %s and %s: nothing to draw", x, y)
	}
	f.y.label = withIntervals(f.y.label, f.series)
	if front := front(f.series); len(front) > 1 {
		f.guides = append(f.guides, guide{"Pareto front", draw.LineStyle{Color: pareto, Width: 4.5}, front})
	}
	return f, nil
}

// relativeTime is the inverse of the speed-up, and 1 by definition for the unpruned model.
// After few rounds a speed-up's interval may reach 0: then no interval is drawn.
func relativeTime(p *results.Point) (span, bool) {
	v, ok := spanOf(p, results.Speedup)
	if _, timed := p.Value(results.TokensPerSecond); !ok && timed && p.Key(results.KeyMethod) == results.MethodNone {
		return span{1, 1, 1}, true
	}
	if v.low <= 0 {
		v.low, v.high = v.value, v.value
	}
	return span{1 / v.high, 1 / v.value, 1 / v.low}, ok && v.value > 0
}

// front returns the corners of the Pareto front in order of cost: the best quality of any
// point up to that cost. It rises in steps, since nothing was measured between points.
func front(all []series) [][2]float64 {
	var points []at
	for _, s := range all {
		points = append(points, s.at...)
	}
	slices.SortFunc(points, func(a, b at) int {
		return cmp.Or(cmp.Compare(a.x.value, b.x.value), cmp.Compare(b.y.value, a.y.value))
	})
	var out [][2]float64
	for _, p := range points {
		x, y := p.x.value, p.y.value
		if n := len(out); n == 0 {
			out = append(out, [2]float64{x, y})
		} else if best := out[n-1][1]; y > best {
			out = append(out, [2]float64{x, best}, [2]float64{x, y})
		}
	}
	return out
}

// diagonal is thin and solid.
var diagonal = draw.LineStyle{Color: ink, Width: 0.7}

// Speedups draws the measured speed-up against the one that executed FLOPs promise. On the
// diagonal time falls as FLOPs do. Points that lack either are left out;
// it is an error if none is left.
func Speedups(title string, points []results.Point) (Figure, error) {
	f := Figure{title: title, x: axis{label: "FLOPs without pruning / FLOPs (executed)", name: "FLOPs saved, as a factor", shown: 2}, y: axisOf(results.Speedup, false)}
	var err error
	f.series, err = group(points, func(p *results.Point) (span, bool) {
		v, ok := p.Value(results.ExecutedRatio)
		return span{1 / v, 1 / v, 1 / v}, ok && v > 0
	}, func(p *results.Point) (span, bool) { return spanOf(p, results.Speedup) })
	if err != nil {
		return f, err
	}
	if len(f.series) == 0 {
		return f, fmt.Errorf("no point has both %s and %s: nothing to draw", results.ExecutedRatio, results.Speedup)
	}
	f.y.label = withIntervals(f.y.label+" (measured)", f.series)
	x, y := bounds(f.series)
	low, high := spread(min(x.low, y.low), max(x.high, y.high))
	f.x.fit(low, high, 7)
	f.y.fit(low, high, 7)
	f.guides = []guide{{"time falls as FLOPs do", diagonal, [][2]float64{{f.x.low, f.x.low}, {f.x.high, f.x.high}}}}
	return f, nil
}
