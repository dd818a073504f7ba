package plots

import (
	"math"

	"gonum.org/v1/plot/vg"

	"ltpbench/internal/printable"
	"ltpbench/results"
)

// axis is one direction of a field.
type axis struct {
	label     string
	name      string  // of single values; "": the label
	factor    float64 // from the record's numbers to those shown; 0 stands for 1
	low, high float64 // the range shown; both 0: what the data span, with a margin
	ticks     []float64
	names     []string // of the ticks, in place of their numbers
	decimals  int      // of the ticks
	shown     int      // decimals of a single value
}

// axisOf returns how a unit is shown. On an axis of cost a speed-up becomes relative time.
func axisOf(unit string, cost bool) axis {
	u := results.UnitOf(unit)
	if unit == results.Speedup && cost {
		return axis{label: "relative time (measured, no pruning = 1)", name: "relative time", shown: 2}
	}
	a := axis{label: u.Label, factor: u.Scale, shown: u.Decimals}
	if u.Symbol != "" {
		a.label += " (" + u.Symbol + ")"
	}
	a.name = a.label
	return a
}

func (a axis) scale(s span) span {
	if a.factor == 0 {
		return s
	}
	return span{a.factor * s.low, a.factor * s.value, a.factor * s.high}
}

// fit sets the range for values from low to high, with a margin, and its ticks in at most
// steps steps. The axis starts where the data do, not at 0.
func (a *axis) fit(low, high float64, steps int) {
	if a.low == a.high {
		a.low, a.high = spread(low, high)
		pad := 0.04 * (a.high - a.low)
		a.low, a.high = a.low-pad, a.high+pad
	}
	if a.ticks != nil {
		return
	}
	all, decimals := ticks(a.low, a.high, steps)
	a.decimals = decimals
	for _, t := range all {
		if a.low <= t && t <= a.high {
			a.ticks = append(a.ticks, t)
		}
	}
}

// tick writes the i-th tick.
func (a axis) tick(i int) string {
	if a.names != nil {
		return printable.String(a.names[i])
	}
	return number(a.ticks[i], a.decimals)
}

func (a axis) part(v float64) float64 { return (v - a.low) / (a.high - a.low) }

// across and height return the position on the page of a value of x and of y.
func (f *field) across(x float64) vg.Length { return f.X(f.x.part(x)) }
func (f *field) height(y float64) vg.Length { return f.Y(f.y.part(y)) }

// bounds returns the range of all points and their intervals. An interval of x that is
// wider than the range of the points (or half their value) is cut at the edge, without a
// cap, so that the points stay apart.
func bounds(all []series) (x, y span) {
	x = span{low: math.Inf(1), high: math.Inf(-1)}
	y = x
	first, last := x.low, x.high // of the points alone
	for _, s := range all {
		for _, p := range s.at {
			x.low, x.high = min(x.low, p.x.low), max(x.high, p.x.high)
			y.low, y.high = min(y.low, p.y.low), max(y.high, p.y.high)
			first, last = min(first, p.x.value), max(last, p.x.value)
		}
	}
	reach := max(last-first, math.Abs(last)/2)
	x.low, x.high = max(x.low, first-reach), min(x.high, last+reach)
	return x, y
}
