package plots

import (
	"cmp"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"ltpbench/internal/printable"
)

// drawLegend draws the names of series and guides side by side above the field, where no
// data are covered, in as many rows as they need, and returns what is left of the page.
func (f Figure) drawLegend(page draw.Canvas) draw.Canvas {
	const row, sample, gap = 14, 26, 20
	style := typeset(9.5, draw.XLeft, draw.YCenter)
	x, y := page.Min.X, page.Max.Y-row/2
	add := func(name string, line draw.LineStyle, mark func(vg.Point)) {
		name = printable.String(name)
		wide := sample + 4 + style.Width(name)
		if x > page.Min.X && x+wide > page.Max.X {
			x, y = page.Min.X, y-row
		}
		page.StrokeLine2(line, x, y, x+sample, y)
		mark(vg.Point{X: x + sample/2, Y: y})
		page.FillText(style, vg.Point{X: x + sample + 4, Y: y + centre}, name)
		x += wide + gap
	}
	for _, s := range f.series {
		add(cmp.Or(s.label, s.name), s.look.line(), func(p vg.Point) { s.look.drawMark(&page, p) })
	}
	for _, g := range f.guides {
		add(g.name, g.line, func(vg.Point) {})
	}
	page.Max.Y = y - row/2 - 6
	return page
}
