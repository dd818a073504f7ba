package page

import (
	"fmt"
	"strconv"
)

// HeatMap is a grid of shaded cells, such as the scores of tokens (rows) by layer (columns).
type HeatMap struct {
	Title   string
	Corner  string   // heading of the first column, such as "token"
	Columns []string // headings
	Rows    []HeatRow
	Legend  string // what shade, hatching and marks mean, a sentence
}

// HeatRow is a row with a cell for each column; rows may be shorter.
type HeatRow struct {
	Name  string
	Cells []Heat
}

// Heat is a cell of a heat map.
type Heat struct {
	Share float64 // from 0 to 1: how dark
	Text  string  // in the cell, a few characters, such as "0.031"
	Gone  bool    // hatched: what the row is about is no longer there; Share is not drawn
	Edge  bool    // framed: here something happens, such as a token that leaves
	Tip   string  // on hover, and read aloud; may have several lines
}

// Shade is the share as CSS takes it.
func (h Heat) Shade() string {
	if !(h.Share > 0) { // a NaN too
		return "0"
	}
	return strconv.FormatFloat(min(h.Share, 1), 'f', 3, 64)
}

// Spoken is what a screen reader says of a cell.
func (h Heat) Spoken() string {
	switch {
	case h.Tip != "":
		return h.Tip
	case h.Gone:
		return "gone"
	case h.Text != "":
		return h.Text
	}
	return fmt.Sprintf("%.0f %%", 100*h.Share)
}
