package report

import (
	"encoding/csv"
	"io"
	"strconv"
)

func init() {
	Register(Format{Name: "csv", Extensions: []string{".csv"}, Doc: "the table alone, numbers in full, for programs", Exporter: CSV{}})
}

// CSV writes the table's values in full: a column for each key, named by it, and one for
// each unit; of an interval also unit-low and unit-high. A missing value is an empty field.
type CSV struct{}

// Export implements Exporter.
func (CSV) Export(w io.Writer, r *Report) error {
	out := csv.NewWriter(w)
	table := r.Select(Programs)
	var header []string
	for _, c := range table.Columns {
		switch {
		case c.Key != "":
			header = append(header, c.Key)
		case c.Interval:
			header = append(header, c.Unit.Name, c.Unit.Name+"-low", c.Unit.Name+"-high")
		default:
			header = append(header, c.Unit.Name)
		}
	}
	out.Write(header)
	for _, row := range table.Rows {
		var fields []string
		for i, cell := range row {
			c, n := table.Columns[i], cell.Number
			if c.Key != "" {
				fields = append(fields, cell.Text)
				continue
			}
			all := []string{"", "", ""}
			if n != nil {
				all[0] = full(n.Value)
			}
			if n != nil && n.Bounded {
				all[1], all[2] = full(n.Low), full(n.High)
			}
			if !c.Interval {
				all = all[:1]
			}
			fields = append(fields, all...)
		}
		out.Write(fields)
	}
	out.Flush()
	return out.Error()
}

// full writes a number so that it reads back the same.
func full(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
