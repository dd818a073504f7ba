package plots

import (
	"math"
	"strconv"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"ltpbench/results"
)

// draw lays out the page: title, legend in rows above the field, field, axes.
func (f Figure) draw(page draw.Canvas) error {
	all, err := f.group()
	if err != nil {
		return err
	}
	page.FillPolygon(white, corners(page.Rectangle))
	page = draw.Crop(page, 8, -10, 6, -7)
	title := typeset(11, draw.XLeft, draw.YTop)
	page.FillText(title, vg.Point{X: page.Min.X, Y: page.Max.Y}, f.Title)
	page = draw.Crop(page, 0, 0, 0, -20)
	page = drawLegend(page, all)

	page.FillText(typeset(9.5, draw.XLeft, draw.YTop), vg.Point{X: page.Min.X, Y: page.Max.Y}, label(f.Y))
	field := field{Canvas: draw.Crop(page, 24, 0, 30, -17)}
	page.FillText(typeset(9.5, draw.XCenter, draw.YBottom), vg.Point{X: (field.Min.X + field.Max.X) / 2, Y: page.Min.Y}, label(f.X))
	field.fit(all)
	field.drawGrid()
	for _, s := range all {
		field.drawSpread(s)
	}
	for _, s := range all {
		field.drawLine(s)
	}
	for _, s := range all {
		for _, p := range s.at {
			s.look.drawMark(&field.Canvas, field.point(p.x, p.y))
		}
	}
	return nil
}

// field is where the points are.
type field struct {
	draw.Canvas
	x, y span
}

// span is the range of an axis.
type span struct {
	low, high float64
	ticks     []float64
	decimals  int
}

// fit makes room for all points and intervals, with a margin. The axes begin where
// the data do, as their ticks say, and not at 0.
func (f *field) fit(all []series) {
	x := span{low: math.Inf(1), high: math.Inf(-1)}
	y := x
	for _, s := range all {
		for _, p := range s.at {
			x.low, x.high = min(x.low, p.x), max(x.high, p.x)
			y.low, y.high = min(y.low, p.low), max(y.high, p.high)
		}
	}
	f.x, f.y = x.padded(10), y.padded(7)
}

func (s span) padded(steps int) span {
	pad := 0.04 * (s.high - s.low)
	if pad == 0 {
		pad = max(0.05*math.Abs(s.low), 1e-3)
	}
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

func (s span) part(v float64) float64 { return (v - s.low) / (s.high - s.low) }

func (f *field) point(x, y float64) vg.Point {
	return vg.Point{X: f.X(f.x.part(x)), Y: f.Y(f.y.part(y))}
}

// drawGrid draws a line at each tick of y, the axis of x, and both axes' numbers.
func (f *field) drawGrid() {
	number := func(v float64, s span) string {
		if math.Abs(v) < 1e-12 {
			v = 0
		}
		return strconv.FormatFloat(v, 'f', s.decimals, 64)
	}
	small := func(x text.XAlignment, y text.YAlignment) text.Style { return typeset(9, x, y) }
	for _, t := range f.y.ticks {
		at := f.point(f.x.low, t)
		f.StrokeLine2(draw.LineStyle{Color: grid, Width: thin}, f.Min.X, at.Y, f.Max.X, at.Y)
		f.FillText(small(draw.XRight, draw.YCenter), vg.Point{X: at.X - 4, Y: at.Y}, number(t, f.y))
	}
	axis := draw.LineStyle{Color: ink, Width: thin}
	f.StrokeLine2(axis, f.Min.X, f.Min.Y, f.Max.X, f.Min.Y)
	for _, t := range f.x.ticks {
		at := f.point(t, f.y.low)
		f.StrokeLine2(axis, at.X, at.Y, at.X, at.Y-3)
		f.FillText(small(draw.XCenter, draw.YTop), vg.Point{X: at.X, Y: at.Y - 4.5}, number(t, f.x))
	}
}

// drawSpread draws the intervals: thin bars that stand back behind the lines, or for
// none a band across.
func (f *field) drawSpread(s series) {
	for _, p := range s.at {
		low, high := f.point(p.x, p.low), f.point(p.x, p.high)
		if s.isNone() {
			f.FillPolygon(band, corners(vg.Rectangle{Min: vg.Point{X: f.Min.X, Y: low.Y}, Max: vg.Point{X: f.Max.X, Y: high.Y}}))
			continue
		}
		if p.low == p.high {
			continue
		}
		style := draw.LineStyle{Color: pale(s.look.color), Width: 1}
		f.StrokeLine2(style, low.X, low.Y, high.X, high.Y)
		for _, end := range []vg.Point{low, high} {
			f.StrokeLine2(style, end.X-1.8, end.Y, end.X+1.8, end.Y)
		}
	}
}

func (f *field) drawLine(s series) {
	var line []vg.Point
	for _, p := range s.at {
		line = append(line, f.point(p.x, p.y))
		if s.isNone() {
			f.StrokeLine2(s.look.line(), f.Min.X, line[0].Y, f.Max.X, line[0].Y)
		}
	}
	if !s.isNone() {
		f.StrokeLines(s.look.line(), line)
	}
}

func corners(r vg.Rectangle) []vg.Point {
	return []vg.Point{r.Min, {X: r.Max.X, Y: r.Min.Y}, r.Max, {X: r.Min.X, Y: r.Max.Y}}
}
