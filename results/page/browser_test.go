package page

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/internal/browser"
)

// crowd is a page with twenty series of ten points, and a wide heat map.
func crowd() *Page {
	axis := Axis{Label: "cost", Low: 0, High: 1, Ticks: []Tick{{0, "0"}, {1, "1"}}, Decimals: 2}
	c := &Chart{Title: "crowd", X: axis, Y: axis}
	t := &Table{Columns: []Column{{Title: "series"}, {Title: "score", Numeric: true}}}
	for s := range 20 {
		series := Series{Name: fmt.Sprintf("method-%02d", s)}
		for i := range 10 {
			x := 0.05 + 0.1*float64(i)
			y := 0.1 + 0.8*math.Pow(x, 0.2+0.1*float64(s))
			series.Points = append(series.Points, Point{Span{x, x, x}, Span{y - 0.02, y, y + 0.02}})
			t.Rows = append(t.Rows, []Cell{{Text: series.Name, Series: series.Name}, {Text: fmt.Sprintf("%.2f", y), Number: &y}})
		}
		c.Series = append(c.Series, series)
	}
	h := &HeatMap{Title: "tokens", Corner: "token"}
	for l := range 24 {
		h.Columns = append(h.Columns, fmt.Sprint(l))
	}
	for range 40 {
		row := HeatRow{Name: "antidisestablishmentarianism"}
		for l := range 24 {
			row.Cells = append(row.Cells, Heat{Share: float64(l) / 24, Text: "0.012"})
		}
		h.Rows = append(h.Rows, row)
	}
	return &Page{Title: strings.Repeat("a-long-name", 12), Sections: []Section{{Title: "all", Parts: []Part{c, t, h}}}}
}

// TestInBrowser: every kind of part, a crowd of points and hostile texts, at the widths of a desk and a phone: nothing
// overflows, complains, is fetched or runs.
func TestInBrowser(t *testing.T) {
	b := browser.Start(t)
	path := filepath.Join(t.TempDir(), "page.html")
	open := func(p *Page, width int) {
		t.Helper()
		if err := os.WriteFile(path, []byte(write(t, p)), 0o644); err != nil {
			t.Fatal(err)
		}
		b.Look(width, 800, "light")
		b.Open(path)
		var seen struct {
			Over, Scripts, Others int
			Pwned                 bool
		}
		b.Eval(`({Over: document.documentElement.scrollWidth - document.documentElement.clientWidth, Scripts: document.scripts.length,
			Others: document.querySelectorAll("img, iframe, object, embed, form, a, base, video, audio").length, Pwned: typeof pwned !== "undefined"})`, &seen)
		if seen.Over > 0 || seen.Scripts != 1 || seen.Others > 0 || seen.Pwned {
			t.Errorf("%.40q, %d wide: %+v", p.Title, width, seen)
		}
		if console, requests := b.Messages(); len(console) > 0 || len(requests) != 1 {
			t.Errorf("%.40q: console %s, requests %s", p.Title, console, requests)
		}
	}
	for _, width := range []int{1280, 390} {
		open(everything(), width)
		open(crowd(), width)
		var marks, distinct int
		b.Eval(`document.querySelectorAll(".field use").length`, &marks)
		b.Eval(`new Set([...document.querySelectorAll(".legend button")].map((e) => { const s = e.querySelector("svg"), c = getComputedStyle(s.querySelector("line")); return c.stroke + c.strokeDasharray + s.querySelector("use").getAttribute("href"); })).size`, &distinct)
		if marks != 200 || distinct != 20 {
			t.Errorf("%d marks, %d looks", marks, distinct)
		}
	}
	for _, text := range hostile {
		open(filled("x"+text), 390)
	}
	b.Look(390, 800, "light")
	open(everything(), 390)
	var tip string
	x, y := b.Box(".heat.edge")
	b.Mouse(x, y, false)
	b.Eval(`document.querySelector(".tip").textContent`, &tip)
	if tip != "leaves here\nscore 0.9" {
		t.Errorf("a cell's tip is %q", tip)
	}
}
