// Package report holds what a table of measured points says, as values: rows, columns,
// notes, facts about the run and the sentences of a verdict. One exporter per format
// writes it.
package report

import (
	"slices"
	"strings"

	"ltpbench/plots"
	"ltpbench/results"
)

// Report is everything that one table says. The zero value of a field leaves it out.
type Report struct {
	Title   string
	Columns []Column
	Rows    []Row
	Chart   *Chart
	Figures []plots.Figure // for exporters that draw
	Notes   []Note         // what the marks in the rows mean
	Facts   []string       // sentences about the whole run
	Verdict []string       // sentences

	series []string // of each row: the name of its points in a chart
}

// Column is a column of the table: a key of the points' names, or numbers of one unit.
type Column struct {
	Title    string       // heading, at most two lines
	Key      string       // "" in a column of numbers
	Unit     results.Unit // of the numbers
	Interval bool         // whether the numbers have a 95 % interval in some row
	For      Audience     // who reads it
	Rank     int          // a narrow page leaves out the columns of the highest rank first; 0: never
}

// Audience is for whom a column is.
type Audience int

// Audiences. Exporters for people leave columns for programs out, and the other way round.
const (
	Everyone Audience = iota
	People
	Programs
)

// Row is one line of the table, a cell for each column.
type Row []Cell

// Cell is a text or a number. The zero Cell is a missing value.
type Cell struct {
	Text   string
	Marks  string // after the text, for people; Report.Notes explains them
	Number *Number
}

// Number is a value in its unit, with its 95 % interval where Bounded.
type Number struct {
	Value     float64
	Bounded   bool
	Low, High float64
}

// Note explains a mark.
type Note struct {
	Mark string `json:"mark"`
	Text string `json:"text"`
}

// Chart is a curve of the rows for exporters that draw: unit Y against unit X, one series
// per method.
type Chart struct {
	Points []results.Point
	X, Y   string
}

// Missing reports whether the cell has no value.
func (c Cell) Missing() bool { return c.Text == "" && c.Number == nil }

// Format returns the cell as people read it: "topk †", "87.2 [84.9, 89.3]".
func (c Cell) Format(u results.Unit) string {
	if c.Number == nil {
		if c.Marks == "" {
			return c.Text
		}
		return c.Text + " " + c.Marks
	}
	text := u.Format(c.Number.Value)
	if c.Number.Bounded {
		text += " [" + u.Format(c.Number.Low) + ", " + u.Format(c.Number.High) + "]"
	}
	return text
}

// paragraphs are the report's prose: a paragraph for each note and fact, and the verdict.
func (r *Report) paragraphs() []string {
	var list []string
	for _, n := range r.Notes {
		list = append(list, n.Mark+" "+n.Text)
	}
	list = append(list, r.Facts...)
	if len(r.Verdict) > 0 {
		list = append(list, strings.Join(r.Verdict, " "))
	}
	return list
}

// Select returns the report with the columns for one audience only. Rows are new, cells
// are shared.
func (r *Report) Select(a Audience) *Report {
	return r.without(func(c Column) bool { return c.For != Everyone && c.For != a })
}

// Filled returns the report without the columns in which no row has a value.
func (r *Report) Filled() *Report {
	at := -1
	return r.without(func(Column) bool {
		at++
		return !slices.ContainsFunc(r.Rows, func(row Row) bool { return !row[at].Missing() })
	})
}

// without returns the report without some columns.
func (r *Report) without(drop func(Column) bool) *Report {
	out := *r
	out.Columns, out.Rows = nil, make([]Row, len(r.Rows))
	for i, c := range r.Columns {
		if drop(c) {
			continue
		}
		out.Columns = append(out.Columns, c)
		for j := range r.Rows {
			out.Rows[j] = append(out.Rows[j], r.Rows[j][i])
		}
	}
	return &out
}
