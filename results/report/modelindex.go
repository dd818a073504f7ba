package report

import (
	"fmt"
	"io"
	"slices"

	"ltpbench/internal/printable"
	"ltpbench/results"
	"ltpbench/results/card"
)

func init() {
	Register(Format{Name: "model-index", Extensions: []string{".yaml", ".yml"}, Doc: "the model-index of a model card's head: scores, relative FLOPs, speed-up", Exporter: ModelIndex{}})
}

// ModelIndex writes a report's rows as the model-index that model hubs read from the head of a README.md, everything
// else as comments.
type ModelIndex struct{}

// Export implements Exporter.
func (ModelIndex) Export(w io.Writer, r *Report) error {
	for _, line := range append([]string{r.Title}, r.paragraphs()...) {
		if line != "" {
			fmt.Fprintf(w, "# %s\n", printable.String(line))
		}
	}
	table := r.Select(Programs)
	var list []card.Result
	for _, row := range table.Rows {
		x := card.Result{}
		var model, method, budget string
		for i, cell := range row {
			c := table.Columns[i]
			switch {
			case cell.Missing():
			case c.Key == results.KeyModel:
				model = cell.Text
			case c.Key == results.KeyTask:
				x.Task = cell.Text
			case c.Key == results.KeyMethod:
				method = cell.Text
			case c.Key == results.KeyBudget:
				budget = " at " + cell.Text
			case c.Unit.Score || slices.Contains([]string{results.PaperRatio, results.Speedup}, c.Unit.Name):
				x.Values = append(x.Values, results.Value{Unit: c.Unit.Name, Value: cell.Number.Value})
			}
		}
		if x.Values == nil {
			continue
		}
		x.Model = model + ", " + method + budget
		list = append(list, x)
	}
	return card.Index(w, list)
}
