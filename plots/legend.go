package plots

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// drawLegend draws the series' names side by side above the field, where no data are
// covered, in as many rows as they need, and returns what is left of the page.
func drawLegend(page draw.Canvas, all []series) draw.Canvas {
	const row, sample, gap = 14, 26, 22
	style := typeset(9.5, draw.XLeft, draw.YCenter)
	x, y := page.Min.X, page.Max.Y-row/2
	for _, s := range all {
		name := s.name
		if s.isNone() {
			name = "no pruning"
		}
		wide := sample + 4 + style.Width(name)
		if x > page.Min.X && x+wide > page.Max.X {
			x, y = page.Min.X, y-row
		}
		page.StrokeLine2(s.look.line(), x, y, x+sample, y)
		s.look.drawMark(&page, vg.Point{X: x + sample/2, Y: y})
		page.FillText(style, vg.Point{X: x + sample + 4, Y: y + centre}, name)
		x += wide + gap
	}
	page.Max.Y = y - row/2 - 6
	return page
}
