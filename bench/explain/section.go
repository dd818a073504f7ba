package explain

import (
	"fmt"
	"math"
	"strings"

	"ltpbench/results/page"
)

// Section is one explained text as a part of a page: a heat map of tokens by layer for each rule.
func (x *Text) Section() page.Section {
	title := x.Example.Text
	if x.HasPair {
		title += " | " + x.Pair
	}
	s := page.Section{Title: title, Paragraphs: []string{"The unpruned model answers " + x.Answer.Text + "."}}
	for i := range x.Traces {
		t := &x.Traces[i]
		s.Paragraphs = append(s.Paragraphs, fmt.Sprintf("%s answers %s and needs %.0f %% of the FLOPs.", t.Spec, t.Answer.Text, 100*t.Ratio))
		s.Parts = append(s.Parts, t.heatMap(x.Tokens))
	}
	return s
}

// legend is of all heat maps.
const legend = "Darker: a higher score, relative to the mean of the tokens that enter the layer (in the cells). Framed: the token leaves here. Hatched: it is gone."

func (t *Trace) heatMap(tokens []string) *page.HeatMap {
	m := &page.HeatMap{Title: t.Spec, Corner: "token", Legend: legend}
	if !t.Relative {
		m.Legend = "Darker: a higher score; in the cells as the rule reads it. Framed: the token leaves here. Hatched: it is gone."
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, w := range t.Ways {
		for _, s := range w.Scores {
			if !math.IsNaN(s) {
				low, high = min(low, s), max(high, s)
			}
		}
	}
	if t.Relative { // the mean is a third; more than three times the mean is as dark as it gets
		low, high = 0, min(high, 3)
	}
	for l := range t.Layers {
		m.Columns = append(m.Columns, fmt.Sprint(l))
	}
	for p, w := range t.Ways {
		row := page.HeatRow{Name: tokens[p]}
		for l := range t.Layers {
			cell := page.Heat{Gone: l >= len(w.Scores), Edge: l == w.Leaves && !w.Before}
			if l < len(w.Scores) {
				cell.Text = number(w.Scores[l])
				cell.Share = (w.Scores[l] - low) / (high - low)
			}
			cell.Tip = t.tip(tokens, p, l)
			row.Cells = append(row.Cells, cell)
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}

// tip says what happens to a token in a layer.
func (t *Trace) tip(tokens []string, p, l int) string {
	w := &t.Ways[p]
	text := fmt.Sprintf("%s, layer %d", tokens[p], l)
	switch {
	case l > w.Leaves || l == w.Leaves && w.Before:
		return text + ": gone"
	case number(w.Scores[l]) != "":
		text += ": score " + number(w.Scores[l])
	}
	if l == w.Leaves && w.Into >= 0 {
		text += "; merged into " + tokens[w.Into]
	} else if l == w.Leaves {
		text += "; leaves here"
	}
	if len(w.Absorbed) > 0 {
		text += "; takes in " + names(tokens, w.Absorbed)
	}
	return text
}

// Page is a document of explained texts; notes say where they come from.
func Page(list []Text, notes []string) *page.Page {
	p := &page.Page{Title: "Which token leaves where", Subtitle: strings.Join(notes, " ")}
	for i := range list {
		p.Sections = append(p.Sections, list[i].Section())
	}
	return p
}
