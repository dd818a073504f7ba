package plots

import (
	"math"
	"slices"

	"ltpbench/results/page"
)

// Chart returns the figure for a page: the same points, axes and guides, drawn there.
func (f Figure) Chart() *page.Chart {
	x, y := bounds(f.series)
	f.x.fit(x.low, x.high, 8)
	f.y.fit(y.low, y.high, 6)
	c := &page.Chart{Title: f.title, X: f.x.chart(), Y: f.y.chart()}
	for _, s := range f.series {
		out := page.Series{Name: s.name, Label: s.label, Base: s.isNone(), Across: s.isNone() && f.across, Loose: f.loose}
		for _, p := range s.at {
			y := p.y
			if p.spread != nil { // the page draws no violins
				c.Y.Label = c.Y.Name
				y.low, y.high = middle(p.spread)
				p.x.value = math.Round(p.x.value) // on paper, violins stand side by side
				p.x.low, p.x.high = p.x.value, p.x.value
			}
			out.Points = append(out.Points, page.Point{X: p.x.chart(), Y: y.chart()})
		}
		c.Series = append(c.Series, out)
	}
	for _, g := range f.guides {
		c.Guides = append(c.Guides, page.Guide{Name: g.name, At: g.at, Thin: g.line.Width < thick})
	}
	return c
}

func (s span) chart() page.Span { return page.Span{Low: s.low, Value: s.value, High: s.high} }

func (a axis) chart() page.Axis {
	out := page.Axis{Label: a.label, Name: a.name, Low: a.low, High: a.high, Decimals: a.shown, Named: a.names != nil}
	for i, t := range a.ticks {
		out.Ticks = append(out.Ticks, page.Tick{At: t, Text: a.tick(i)})
	}
	return out
}

// middle returns the first and the third quartile: the ends of the middle half of the values.
func middle(values []float64) (low, high float64) {
	sorted := slices.Sorted(slices.Values(values))
	at := func(q float64) float64 {
		i := q * float64(len(sorted)-1)
		below := int(i)
		above := min(below+1, len(sorted)-1)
		return sorted[below] + (i-float64(below))*(sorted[above]-sorted[below])
	}
	return at(0.25), at(0.75)
}
