package plots

import (
	"fmt"
	"slices"

	"ltpbench/results"
)

// Lengths draws a unit, such as accuracy, by the length of the examples. Each point is a
// class of lengths and drawn at the mean length of its examples, results.Tokens. The
// unpruned points are a separate series, with their intervals as a band. Points that lack the unit or the length are left out; it is an
// error if none is left.
func Lengths(title, unit string, points []results.Point) (Figure, error) {
	f := Figure{title: title, x: axis{label: "tokens of the text, mean of each class of lengths", name: "tokens of the text", shown: 1}, y: axisOf(unit, false)}
	var err error
	f.series, err = group(points, func(p *results.Point) (span, bool) { return spanOf(p, results.Tokens) },
		func(p *results.Point) (span, bool) {
			s, ok := spanOf(p, unit)
			return f.y.scale(s), ok
		})
	if err != nil {
		return f, err
	}
	if len(f.series) == 0 {
		return f, fmt.Errorf("no point has both %s and %s: nothing to draw", results.Tokens, unit)
	}
	for i := range f.series {
		j := slices.IndexFunc(points, func(p results.Point) bool { return p.Series() == f.series[i].name })
		if !f.series[i].isNone() {
			f.series[i].label = labelled(&points[j])
		}
	}
	f.y.label = withIntervals(f.y.label, f.series)
	return f, nil
}

// labelled names the point that represents a series, with the FLOPs that distinguish it
// from the method's others.
func labelled(p *results.Point) string {
	v, ok := p.Value(results.PaperRatio)
	if !ok {
		return p.Series()
	}
	return fmt.Sprintf("%s at %.2fx FLOPs", p.Series(), v)
}
