package page

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
)

// write writes a page.
func write(t testing.TB, p *Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// everything is a page that has each kind of part.
func everything() *Page {
	axis := Axis{Label: "FLOPs", High: 1, Ticks: []Tick{{0, "0"}, {0.5, "0.5"}, {1, "1"}}, Decimals: 2}
	number := 0.5
	return &Page{
		Title: "title", Subtitle: "subtitle", Foot: "foot",
		Leads:   []Lead{{Of: "of", Sentences: []string{"first", "second", "third"}}},
		Notices: []string{"notice"},
		Sections: []Section{{Title: "section", Paragraphs: []string{"paragraph"}, Parts: []Part{
			&Chart{Title: "chart", Note: "note", X: axis, Y: axis, Guides: []Guide{{Name: "guide", At: [][2]float64{{0, 0}, {1, 1}}}}, Series: []Series{
				{Name: "none", Label: "no pruning", Base: true, Across: true, Points: []Point{{Span{1, 1, 1}, Span{0.7, 0.8, 0.9}}}},
				{Name: "threshold", Points: []Point{{Span{0.2, 0.2, 0.2}, Span{0.3, 0.4, 0.5}}, {Span{0.5, 0.6, 2}, Span{0.5, 0.6, 0.7}}}},
				{Name: "topk", Loose: true, Points: []Point{{Span{0.3, 0.3, 0.3}, Span{0.5, 0.5, 0.5}}}},
			}},
			&Table{Caption: "caption", Columns: []Column{{"method", "doc of method", false}, {"accuracy", "doc of accuracy", true}},
				Rows: [][]Cell{{{Text: "threshold", Series: "threshold"}, {Text: "0.50", Number: &number}}, {{Text: "other", Series: "unknown"}, {}}}, Notes: []string{"† note"}},
			&HeatMap{Title: "heat", Corner: "token", Columns: []string{"0", "1"}, Legend: "legend", Rows: []HeatRow{
				{"a", []Heat{{Share: 0.3, Text: "0.3"}, {Share: 0.9, Edge: true, Tip: "leaves here\nscore 0.9"}}}, {"b", []Heat{{Share: 1}, {Gone: true}}}}},
			&Facts{Title: "facts", Items: []Fact{{"cpu", "value", "doc"}}},
			&Listing{"plan.toml", "a = 1\nb = 2\n"},
		}}},
	}
}

// TestEverything: no text of a page is lost, the same page gives the same bytes, and nothing in it is fetched.
func TestEverything(t *testing.T) {
	got := write(t, everything())
	for _, part := range []string{"title", "subtitle", "foot", "of", "first", "second", "third", "notice", "section", "paragraph", "chart", "note", "guide", "no pruning",
		"0.60 [0.50, 2.00]", "caption", "doc of accuracy", "† note", "heat", "legend", "leaves here", "facts", "plan.toml", "b = 2"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is lost", part)
		}
	}
	if got != write(t, everything()) {
		t.Error("a second time other bytes")
	}
	for _, address := range []string{"http:", "https:", "//cdn", "@import", "url("} {
		if strings.Contains(got, address) {
			t.Errorf("the page refers to %s", address)
		}
	}
	if empty := write(t, &Page{}); !strings.Contains(empty, "</html>") {
		t.Errorf("an empty page is %q", empty)
	}
}

// TestLooks: a series looks the same in all charts, twenty have different looks, and the base is neutral.
func TestLooks(t *testing.T) {
	chart := func(names ...string) *Chart {
		c := &Chart{}
		for _, name := range names {
			c.Series = append(c.Series, Series{Name: name, Base: name == "none"})
		}
		return c
	}
	var many []string
	for i := range 20 {
		many = append(many, strconv.Itoa(i))
	}
	looks := (&Page{Sections: []Section{{Parts: []Part{chart("none", "topk"), chart(many...), chart("topk", "a", "none")}}}}).looks()
	seen := map[string]string{}
	for name, l := range looks {
		key := fmt.Sprint(l.Class(), l.Mark)
		if other, twice := seen[key]; twice {
			t.Errorf("%s and %s look the same: %s", name, other, key)
		}
		seen[key] = name
	}
	if len(looks) != 23 || !looks["none"].Neutral || looks["topk"].Neutral {
		t.Errorf("looks %v", looks)
	}
}

// TestSpans: what lies outside the field, or on an axis without a range, stays in it.
func TestSpans(t *testing.T) {
	c := &Chart{X: Axis{Low: 0, High: 1}, Y: Axis{Low: 0, High: 1}, Series: []Series{{Name: "a", Points: []Point{{Span{-1, 0.5, 3}, Span{-1, 0.5, 3}}}}}}
	m := c.draw(map[string]look{})[0].Marks[0]
	if m.Left != "0%" || m.Right != "100%" || m.Upper != "0%" || m.Lower != "100%" || m.X != "50%" {
		t.Errorf("an interval wider than the field: %+v", m)
	}
	c.X.High = 0
	if c.draw(nil) != nil {
		t.Error("an axis without a range is drawn")
	}
	c.X.High = math.NaN()
	if c.draw(nil) != nil {
		t.Error("an axis that ends at NaN is drawn")
	}
}
