package report

import (
	"fmt"
	"io"
	"strings"

	"ltpbench/internal/printable"
)

func init() {
	Register(Format{Name: "latex", Extensions: []string{".tex"}, Doc: "a tabular for a paper, with booktabs", Exporter: LaTeX{}})
}

// LaTeX writes a report as a tabular environment with the rules of the package booktabs,
// title and notes as comments and paragraphs around it.
type LaTeX struct{}

// Export implements Exporter.
func (LaTeX) Export(w io.Writer, r *Report) error {
	var b strings.Builder
	if r.Title != "" {
		fmt.Fprintf(&b, "%% %s\n", printable.String(r.Title))
	}
	table := r.Select(People)
	if len(table.Rows) > 0 {
		align, header := "", []string{}
		for _, c := range table.Columns {
			align += map[bool]string{true: "l", false: "r"}[c.Key != ""]
			header = append(header, tex(oneLine(c.Title)))
		}
		fmt.Fprintf(&b, "\\begin{tabular}{%s}\n\\toprule\n%s \\\\\n\\midrule\n", align, strings.Join(header, " & "))
		for _, row := range table.Rows {
			var cells []string
			for i, cell := range row {
				text := "--"
				if !cell.Missing() {
					text = tex(cell.Format(table.Columns[i].Unit))
				}
				cells = append(cells, text)
			}
			fmt.Fprintf(&b, "%s \\\\\n", strings.Join(cells, " & "))
		}
		b.WriteString("\\bottomrule\n\\end{tabular}\n")
	}
	for _, p := range r.paragraphs() {
		fmt.Fprintf(&b, "\n%s\n", tex(p))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

var commands = strings.NewReplacer(`\`, `\textbackslash{}`, "{", `\{`, "}", `\}`, "$", `\$`, "&", `\&`, "%", `\%`, "#", `\#`, "_", `\_`,
	"^", `\textasciicircum{}`, "~", `\textasciitilde{}`, "<", `\textless{}`, ">", `\textgreater{}`, "†", `\dag{}`, "[", "{[}", "]", "{]}")

// tex escapes what LaTeX would take for a command; an interval's bracket after \\ would be
// an argument.
func tex(s string) string { return commands.Replace(printable.String(s)) }
