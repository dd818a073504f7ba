package results

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// Table is points by columns, in the order of both. Columns without any value are
// left out when it is written.
type Table struct {
	Points  []Point
	Columns []Column
}

// Text writes the table for a terminal: numbers to the right, nothing but spaces
// between the columns. A missing value is "-".
func (t Table) Text(w io.Writer) error {
	return t.render(w, false, renderer.NewBlueprint(tw.Rendition{
		Borders: tw.BorderNone,
		Settings: tw.Settings{
			Lines:      tw.Lines{ShowTop: tw.Off, ShowBottom: tw.Off, ShowHeaderLine: tw.On, ShowFooterLine: tw.Off},
			Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off},
		},
	}))
}

// Markdown writes the table as a pipe table.
func (t Table) Markdown(w io.Writer) error {
	return t.render(w, true, renderer.NewMarkdown())
}

// CSV writes the table's numbers in full, each unit a column named by it. A missing
// value is an empty field.
func (t Table) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	columns := t.filled()
	var header []string
	for _, c := range columns {
		if c.Units == nil {
			header = append(header, c.Title)
		}
		header = append(header, c.Units...)
	}
	out.Write(header)
	for i := range t.Points {
		var row []string
		for _, c := range columns {
			if c.Units == nil {
				row = append(row, c.Cell(&t.Points[i]))
			}
			for _, unit := range c.Units {
				field := ""
				if v, ok := t.Points[i].Value(unit); ok {
					field = strconv.FormatFloat(v, 'g', -1, 64)
				}
				row = append(row, field)
			}
		}
		out.Write(row)
	}
	out.Flush()
	return out.Error()
}

// render writes the cells that people read; flat puts a title into one line and
// keeps a pipe in a cell from ending it.
func (t Table) render(w io.Writer, flat bool, r tw.Renderer) error {
	columns := t.filled()
	var header []string
	var align []tw.Align
	for _, c := range columns {
		title := c.Title
		if flat {
			title = strings.NewReplacer("-\n", "", "\n", " ").Replace(title)
		}
		header = append(header, title)
		align = append(align, map[bool]tw.Align{true: tw.AlignLeft, false: tw.AlignRight}[c.Units == nil])
	}
	out := tablewriter.NewTable(w,
		tablewriter.WithRenderer(r),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAlignmentConfig(tw.CellAlignment{PerColumn: align}),
		tablewriter.WithRowAlignmentConfig(tw.CellAlignment{PerColumn: align}),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
	)
	out.Header(header)
	for i := range t.Points {
		var row []string
		for _, c := range columns {
			cell := c.Cell(&t.Points[i])
			if cell == "" {
				cell = "-"
			}
			if flat {
				cell = strings.ReplaceAll(cell, "|", `\|`)
			}
			row = append(row, cell)
		}
		if err := out.Append(row); err != nil {
			return err
		}
	}
	return out.Render()
}

// filled returns the columns that have a value in some row.
func (t Table) filled() []Column {
	return slices.DeleteFunc(slices.Clone(t.Columns), func(c Column) bool {
		return !slices.ContainsFunc(t.Points, func(p Point) bool { return c.Cell(&p) != "" })
	})
}
