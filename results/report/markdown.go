package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter/renderer"

	"ltpbench/internal/printable"
)

func init() {
	Register(Format{Name: "markdown", Extensions: []string{".md"}, Doc: "a pipe table", Exporter: Markdown{}})
}

// Markdown writes a report with a pipe table. What records and files say stays text,
// whatever markup it contains.
type Markdown struct{}

// Export implements Exporter.
func (Markdown) Export(w io.Writer, r *Report) error {
	if r.Title != "" {
		fmt.Fprintf(w, "%s\n\n", prose(r.Title))
	}
	table := r.Select(People)
	var header []string
	for _, c := range table.Columns {
		header = append(header, oneLine(c.Title))
	}
	if len(table.Rows) > 0 {
		if err := table.render(w, header, prose, renderer.NewMarkdown()); err != nil {
			return err
		}
	}
	for _, paragraph := range r.paragraphs() {
		fmt.Fprintf(w, "\n%s\n", prose(paragraph))
	}
	return nil
}

// prose escapes what would be markup. A bracket alone is none.
var markup = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "|", `\|`, "<", "&lt;", "&", "&amp;", "](", `]\(`, "][", `]\[`)

func prose(s string) string { return markup.Replace(printable.String(s)) }
