package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"ltpbench/internal/printable"
	"ltpbench/plots"
)

func init() {
	Register(Format{Name: "text", Extensions: []string{".txt"}, Doc: "for a terminal", Exporter: Text{}})
}

// Text writes a report for a terminal: numbers to the right, nothing but spaces between
// the columns, "-" for a missing value.
type Text struct {
	// Width is the number of characters in a line: columns of high rank that do not fit are
	// left out and named, prose is wrapped. 0: unlimited.
	Width int
	// Color colours a chart's marks, for terminals only and past Write, which shows control
	// sequences as text.
	Color bool
}

// Export implements Exporter.
func (t Text) Export(w io.Writer, r *Report) error {
	if r.Title != "" {
		fmt.Fprintf(w, "%s\n\n", t.wrap(r.Title))
	}
	table, dropped := t.fit(r.Select(People))
	if len(table.Rows) > 0 {
		if _, err := io.WriteString(w, table.grid()); err != nil {
			return err
		}
	}
	var lines []string
	for _, n := range r.Notes {
		lines = append(lines, n.Mark+" "+n.Text)
	}
	if len(dropped) > 0 {
		lines = append(lines, fmt.Sprintf("Columns hidden to fit the width: %s (--width 0 shows all).", strings.Join(dropped, ", ")))
	}
	lines = append(lines, r.Facts...)
	if len(lines) > 0 {
		fmt.Fprintln(w)
	}
	for _, line := range lines {
		fmt.Fprintln(w, t.wrap(line))
	}
	if r.Chart != nil {
		fmt.Fprintln(w)
		if err := plots.Curve(w, r.Chart.Points, r.Chart.X, r.Chart.Y, t.Color); err != nil {
			return err
		}
	}
	if len(r.Verdict) > 0 {
		fmt.Fprintf(w, "\n%s\n", t.wrap(strings.Join(r.Verdict, " ")))
	}
	return nil
}

// fit leaves out columns, those of the highest rank first, until the table fits, and
// returns the headings of what it left out.
func (t Text) fit(r *Report) (fits *Report, dropped []string) {
	for t.Width > 0 && len(r.Rows) > 0 {
		line, _, _ := strings.Cut(r.grid(), "\n")
		last := -1
		for i, c := range r.Columns {
			if c.Rank > 0 && (last < 0 || c.Rank > r.Columns[last].Rank) {
				last = i
			}
		}
		if utf8.RuneCountInString(strings.TrimRight(line, " ")) <= t.Width || last < 0 {
			break
		}
		dropped = append(dropped, oneLine(r.Columns[last].Title))
		title := r.Columns[last].Title
		r = r.without(func(c Column) bool { return c.Title == title && c.Rank > 0 })
	}
	return r, dropped
}

// grid draws the columns and rows.
func (r *Report) grid() string {
	var b strings.Builder
	var header []string
	for _, c := range r.Columns {
		header = append(header, printable.Text(c.Title))
	}
	// A strings.Builder takes everything and the cells are strings, so nothing fails.
	_ = r.render(&b, header, func(s string) string { return s }, renderer.NewBlueprint(tw.Rendition{
		Borders: tw.BorderNone,
		Settings: tw.Settings{
			Lines:      tw.Lines{ShowTop: tw.Off, ShowBottom: tw.Off, ShowHeaderLine: tw.On, ShowFooterLine: tw.Off},
			Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off},
		},
	}))
	return b.String()
}

// render writes the cells as people read them; escape is applied to keys.
func (r *Report) render(w io.Writer, header []string, escape func(string) string, how tw.Renderer) error {
	var align []tw.Align
	for _, c := range r.Columns {
		align = append(align, map[bool]tw.Align{true: tw.AlignLeft, false: tw.AlignRight}[c.Key != ""])
	}
	out := tablewriter.NewTable(w,
		tablewriter.WithRenderer(how),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAlignmentConfig(tw.CellAlignment{PerColumn: align}),
		tablewriter.WithRowAlignmentConfig(tw.CellAlignment{PerColumn: align}),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
	)
	out.Header(header)
	for _, row := range r.Rows {
		var cells []string
		for i, cell := range row {
			text := "-"
			if !cell.Missing() {
				cell.Text = escape(printable.String(cell.Text))
				text = cell.Format(r.Columns[i].Unit)
			}
			cells = append(cells, text)
		}
		if err := out.Append(cells); err != nil {
			return err
		}
	}
	return out.Render()
}

// oneLine joins the lines of a heading.
func oneLine(title string) string {
	return strings.NewReplacer("-\n", "", "\n", " ").Replace(title)
}

// wrap breaks prose into lines of the width.
func (t Text) wrap(s string) string {
	s = printable.String(s)
	if t.Width <= 0 {
		return s
	}
	var b strings.Builder
	used := 0
	for i, word := range strings.Fields(s) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case used+1+n > t.Width:
			b.WriteByte('\n')
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
}
