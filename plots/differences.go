package plots

import (
	"errors"

	"gonum.org/v1/plot/vg/draw"

	"ltpbench/results"
)

// Difference is how much better or worse a method is than what it is compared with, at one cost.
type Difference struct {
	Series           string
	Cost             float64 // relative FLOPs or relative time
	Low, Value, High float64 // of a unit, as recorded
}

// Differences draws differences of a unit against the cost at which they were taken, with their intervals, about a
// line where there is none. It is an error if there are no differences.
func Differences(title, cost, unit string, all []Difference) (Figure, error) {
	if len(all) == 0 {
		return Figure{}, errors.New("no method can be compared: nothing to draw")
	}
	f := Figure{title: title, x: axis{label: cost, shown: 2}, y: axisOf(unit, false)}
	points := make([]results.Point, len(all))
	for i, d := range all {
		points[i] = results.Point{Name: "Difference", Keys: []results.Key{{Name: results.KeyMethod, Value: d.Series}}, Values: []results.Value{
			{Unit: "cost", Value: d.Cost}, {Unit: unit, Value: d.Value}, {Unit: unit + "-low", Value: d.Low}, {Unit: unit + "-high", Value: d.High}}}
	}
	f.y.label, f.y.name = "difference in "+results.UnitOf(unit).Label, "difference"
	if results.UnitOf(unit).Symbol == "%" {
		f.y.label += " (points)"
	}
	var err error
	f.series, err = group(points, func(p *results.Point) (span, bool) { return spanOf(p, "cost") }, func(p *results.Point) (span, bool) {
		s, ok := spanOf(p, unit)
		return f.y.scale(s), ok
	})
	if err != nil {
		return f, err
	}
	x, y := bounds(f.series)
	f.x.fit(x.low, x.high, 8)
	f.y.fit(min(y.low, 0), max(y.high, 0), 6)
	f.guides = []guide{{"no difference", draw.LineStyle{Color: ink, Width: diagonal.Width}, [][2]float64{{f.x.low, 0}, {f.x.high, 0}}}}
	return f, nil
}
