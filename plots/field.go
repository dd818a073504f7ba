package plots

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"ltpbench/results"
)

// field is where the points are.
type field struct {
	draw.Canvas
	x, y axis
}

// axis is the range of an axis, with a margin round the data.
type axis struct {
	low, high float64
	ticks     []float64
	decimals  int
}

// fit makes room for all points and intervals, with a margin. The axes begin where
// the data do, as their ticks say, and not at 0.
func (f *field) fit(all []series) {
	x := axis{low: math.Inf(1), high: math.Inf(-1)}
	y := x
	for _, s := range all {
		for _, p := range s.at {
			x.low, x.high = min(x.low, p.x.low), max(x.high, p.x.high)
			y.low, y.high = min(y.low, p.y.low), max(y.high, p.y.high)
		}
	}
	f.x, f.y = x.padded(10), y.padded(7)
}

func (s axis) padded(steps int) axis {
	s.low, s.high = results.Spread(s.low, s.high)
	pad := 0.04 * (s.high - s.low)
	s.low, s.high = s.low-pad, s.high+pad
	ticks, decimals := results.Ticks(s.low, s.high, steps)
	s.decimals = decimals
	for _, t := range ticks {
		if s.low <= t && t <= s.high {
			s.ticks = append(s.ticks, t)
		}
	}
	return s
}

func (s axis) part(v float64) float64 { return (v - s.low) / (s.high - s.low) }

// across and height return where on the page a value of x and of y is.
func (f *field) across(x float64) vg.Length { return f.X(f.x.part(x)) }
func (f *field) height(y float64) vg.Length { return f.Y(f.y.part(y)) }

// place sets where on the page each point is drawn. Points whose intervals would
// cover each other are moved apart sideways, by a millimetre or two; the record has
// the exact values.
func (f *field) place(all []series) {
	const apart = 5
	var points []*at
	for _, s := range all {
		for i := range s.at {
			s.at[i].left = f.across(s.at[i].x.value)
			if !s.isNone() {
				points = append(points, &s.at[i])
			}
		}
	}
	slices.SortStableFunc(points, func(a, b *at) int { return cmp.Compare(a.left, b.left) })
	for begin := 0; begin < len(points); {
		end, sum := begin+1, points[begin].left
		for end < len(points) && points[end].left-points[end-1].left < apart {
			sum += points[end].left
			end++
		}
		n := vg.Length(end - begin)
		for i, p := range points[begin:end] {
			if n > 1 {
				moved := sum/n + apart*(vg.Length(i)-(n-1)/2)
				p.left, p.shift = moved, moved-p.left
			}
		}
		begin = end
	}
}
