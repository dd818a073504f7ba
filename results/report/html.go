package report

import (
	"io"
	"slices"
	"strings"

	"ltpbench/plots"
	"ltpbench/results"
	"ltpbench/results/page"
)

func init() {
	Register(Format{Name: "html", Extensions: []string{".html", ".htm"}, Doc: "a page for a browser, with a table that sorts; ltpbench report makes one with charts", Exporter: HTML{}})
}

// HTML writes a report as a self-contained page.
type HTML struct{}

// Export implements Exporter.
func (HTML) Export(w io.Writer, r *Report) error {
	p := &page.Page{Title: r.Title}
	if p.Title == "" {
		p.Title = "ltpbench"
	}
	if len(r.Verdict) > 0 {
		p.Leads = []page.Lead{{Sentences: r.Verdict}}
	}
	if r.Chart != nil {
		figure, err := plots.Tradeoff(r.Title, r.Chart.X, r.Chart.Y, r.Chart.Points)
		if err != nil {
			return err
		}
		p.Sections = append(p.Sections, page.Section{Title: "Curve", Parts: []page.Part{figure.Chart()}})
	}
	for _, f := range r.Figures {
		c := f.Chart()
		p.Sections = append(p.Sections, page.Section{Title: "Figure", Parts: []page.Part{c}})
	}
	p.Sections = append(p.Sections, page.Section{Title: "Points", Paragraphs: r.Facts, Parts: []page.Part{r.Table()}})
	return page.Write(w, p)
}

// Table returns the rows for a page: columns that people read, each with its meaning.
func (r *Report) Table() *page.Table {
	table := r.Select(People)
	t := &page.Table{}
	for _, c := range table.Columns {
		t.Columns = append(t.Columns, page.Column{Title: oneLine(c.Title), Doc: c.doc(), Numeric: c.Key == ""})
	}
	for i, row := range table.Rows {
		var cells []page.Cell
		for j, cell := range row {
			column := table.Columns[j]
			out := page.Cell{Text: cell.Format(column.Unit)}
			if cell.Number != nil {
				out.Number = &cell.Number.Value
			}
			if column.Key == results.KeyMethod && i < len(r.series) {
				out.Series = r.series[i]
			}
			cells = append(cells, out)
		}
		t.Rows = append(t.Rows, cells)
	}
	for _, n := range r.Notes {
		t.Notes = append(t.Notes, n.Mark+" "+n.Text)
	}
	return t
}

// doc explains the column in a sentence or two.
func (c *Column) doc() string {
	if c.Key != "" {
		docs := append(results.NameKeys(), results.ConfigKeys()...)
		if i := slices.IndexFunc(docs, func(d results.KeyDoc) bool { return d.Name == c.Key }); i >= 0 {
			return docs[i].Doc
		}
		return ""
	}
	parts := []string{c.Unit.Doc}
	if c.Unit.Better != 0 {
		parts = append(parts, c.Unit.Better.String()+" is better")
	}
	if c.Unit.Doc != "" {
		parts = append(parts, map[bool]string{true: "counted", false: "timed"}[c.Unit.Counted])
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; ")
}
