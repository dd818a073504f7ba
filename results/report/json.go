package report

import (
	"encoding/json"
	"io"
)

func init() {
	Register(Format{Name: "json", Extensions: []string{".json"}, Doc: "everything, numbers in full, for programs", Exporter: JSON{}})
}

// JSON writes a report as one object: title, rows, notes, facts, verdict. A row has its
// keys as strings, and of each unit the value, with unit-low and unit-high where there is
// an interval; what is missing is absent.
type JSON struct{}

// Export implements Exporter.
func (JSON) Export(w io.Writer, r *Report) error {
	type object map[string]any
	table := r.Select(Programs)
	rows := []object{}
	for _, row := range table.Rows {
		o := object{}
		for i, cell := range row {
			switch c := table.Columns[i]; {
			case cell.Missing():
			case c.Key != "":
				o[c.Key] = cell.Text
			default:
				o[c.Unit.Name] = cell.Number.Value
				if cell.Number.Bounded {
					o[c.Unit.Name+"-low"], o[c.Unit.Name+"-high"] = cell.Number.Low, cell.Number.High
				}
			}
		}
		rows = append(rows, o)
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(struct {
		Title   string   `json:"title,omitempty"`
		Rows    []object `json:"rows"`
		Notes   []Note   `json:"notes,omitempty"`
		Facts   []string `json:"facts,omitempty"`
		Verdict []string `json:"verdict,omitempty"`
	}{r.Title, rows, r.Notes, r.Facts, r.Verdict})
}
