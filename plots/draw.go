package plots

import (
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"ltpbench/internal/printable"
)

// draw lays out the page: title, legend in rows above the field, field, axes.
func (f Figure) draw(page draw.Canvas) {
	page.FillPolygon(white, corners(page.Rectangle))
	page = draw.Crop(page, 8, -10, 6, -7)
	page.FillText(typeset(11, draw.XLeft, draw.YTop), vg.Point{X: page.Min.X, Y: page.Max.Y}, printable.String(f.title))
	page = draw.Crop(page, 0, 0, 0, -20)
	page = f.drawLegend(page)

	page.FillText(typeset(9.5, draw.XLeft, draw.YTop), vg.Point{X: page.Min.X, Y: page.Max.Y}, printable.String(f.y.label))
	left := vg.Length(24)
	for i := range f.y.names {
		left = max(left, typeset(9, draw.XRight, draw.YCenter).Width(f.y.tick(i))+6)
	}
	field := field{Canvas: draw.Crop(page, left, 0, 30, -14), x: f.x, y: f.y}
	page.FillText(typeset(9.5, draw.XCenter, draw.YBottom), vg.Point{X: (field.Min.X + field.Max.X) / 2, Y: page.Min.Y}, printable.String(f.x.label))
	x, y := bounds(f.series)
	field.x.fit(x.low, x.high, 10)
	field.y.fit(y.low, y.high, 7)
	apart := vg.Length(5)
	if f.still {
		apart = 0
	}
	field.place(f.series, apart)
	f.drawBand(&field)
	field.drawGrid()
	for _, g := range f.guides {
		var line []vg.Point
		for _, at := range g.at {
			line = append(line, vg.Point{X: field.across(at[0]), Y: field.height(at[1])})
		}
		field.StrokeLines(g.line, line)
	}
	for _, s := range f.series {
		if !s.isNone() {
			field.drawViolins(s, slots(f.series))
			field.drawBars(s)
		}
	}
	for _, s := range f.series {
		f.drawLine(&field, s)
	}
	for _, s := range f.series {
		for _, p := range s.at {
			s.look.drawMark(&field.Canvas, vg.Point{X: p.left, Y: field.height(p.y.value)})
		}
	}
}

// drawGrid draws a line at each tick of y, the axis of x, and both axes' numbers.
func (f *field) drawGrid() {
	small := func(x text.XAlignment, y text.YAlignment) text.Style { return typeset(9, x, y) }
	for i, t := range f.y.ticks {
		y := f.height(t)
		f.StrokeLine2(draw.LineStyle{Color: grid, Width: thin}, f.Min.X, y, f.Max.X, y)
		f.FillText(small(draw.XRight, draw.YCenter), vg.Point{X: f.Min.X - 4, Y: y + centre}, f.y.tick(i))
	}
	rule := draw.LineStyle{Color: ink, Width: thin}
	f.StrokeLine2(rule, f.Min.X, f.Min.Y, f.Max.X, f.Min.Y)
	for _, t := range f.x.ticks {
		x := f.across(t)
		f.StrokeLine2(rule, x, f.Min.Y, x, f.Min.Y-3)
		f.FillText(small(draw.XCenter, draw.YTop), vg.Point{X: x, Y: f.Min.Y - 4.5}, number(t, f.x.decimals))
	}
}

// drawBand draws the intervals of the unpruned points: a band across the field, or along
// their line.
func (f Figure) drawBand(field *field) {
	for _, s := range f.series {
		if !s.isNone() {
			continue
		}
		var upper, lower []vg.Point
		for _, p := range s.at {
			low, high := field.height(p.y.low), field.height(p.y.high)
			if f.across {
				field.FillPolygon(band, corners(vg.Rectangle{Min: vg.Point{X: field.Min.X, Y: low}, Max: vg.Point{X: field.Max.X, Y: high}}))
				continue
			}
			upper = append(upper, vg.Point{X: p.left, Y: high})
			lower = append([]vg.Point{{X: p.left, Y: low}}, lower...)
		}
		if len(upper) > 1 {
			field.FillPolygon(band, append(upper, lower...))
		}
	}
}

// drawBars draws the other intervals: thin and pale, behind the lines.
func (f *field) drawBars(s series) {
	const half = 1.6
	style := draw.LineStyle{Color: pale(s.look.color), Width: 1}
	for _, p := range s.at {
		if low, high := f.height(p.y.low), f.height(p.y.high); low < high {
			f.StrokeLine2(style, p.left, low, p.left, high)
			f.StrokeLine2(style, p.left-half, low, p.left+half, low)
			f.StrokeLine2(style, p.left-half, high, p.left+half, high)
		}
		if low, high, y := f.across(p.x.low)+p.shift, f.across(p.x.high)+p.shift, f.height(p.y.value); low < high {
			f.StrokeLine2(style, max(low, f.Min.X), y, min(high, f.Max.X), y)
			for _, end := range []vg.Length{low, high} {
				if f.Min.X <= end && end <= f.Max.X {
					f.StrokeLine2(style, end, y-half, end, y+half)
				}
			}
		}
	}
}

// drawLine joins the points of a series.
func (f Figure) drawLine(field *field, s series) {
	var line []vg.Point
	for _, p := range s.at {
		at := vg.Point{X: p.left, Y: field.height(p.y.value)}
		line = append(line, at)
		if s.isNone() && f.across {
			field.StrokeLine2(s.look.line(), field.Min.X, at.Y, field.Max.X, at.Y)
		}
	}
	if !f.loose && (!s.isNone() || !f.across) {
		field.StrokeLines(s.look.line(), line)
	}
}

func corners(r vg.Rectangle) []vg.Point {
	return []vg.Point{r.Min, {X: r.Max.X, Y: r.Min.Y}, r.Max, {X: r.Min.X, Y: r.Max.Y}}
}
