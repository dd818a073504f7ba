package compare

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"ltpbench/bench/stats"
)

// Write writes the report for people: a line for every time if all, else for those that differ significantly.
func (r *Report) Write(w io.Writer, threshold float64, all bool) error {
	var b bytes.Buffer
	for _, s := range r.Setting {
		fmt.Fprintf(&b, "differs: %s\n", s)
	}
	for _, n := range r.OldOnly {
		fmt.Fprintf(&b, "only in the old record: %s\n", n)
	}
	for _, n := range r.NewOnly {
		fmt.Fprintf(&b, "only in the new record: %s\n", n)
	}
	for _, c := range r.Counts {
		fmt.Fprintf(&b, "NOT EQUAL: %s\n  %s: %s -> %s\n", c.Point, c.What, c.Old, c.New)
	}
	switch {
	case r.Both == 0:
		fmt.Fprintf(&b, "the records have no point in common: nothing was compared\n")
	case len(r.Counts) == 0:
		fmt.Fprintf(&b, "%d points in both records: all counted values are equal\n", r.Both)
	}
	r.times(&b, all)
	for _, t := range r.Slow(threshold) {
		fmt.Fprintf(&b, "SLOWER by more than %.0f %%: %s, %s\n", 100*threshold, t.Point, t.Unit)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func (r *Report) times(b *bytes.Buffer, all bool) {
	if len(r.Times) == 0 {
		return
	}
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\nunit\told\tnew\tnew/old\t[95 %%]\tp\tpoint\n")
	few := 0
	for _, t := range r.Times {
		if t.Samples < enough {
			few++
		}
		if !all && !t.Significant() {
			continue
		}
		fmt.Fprintf(w, "%s\t%.4g\t%.4g\t%.3f\t%s\t%s\t%s\n", t.Unit, t.Old, t.New, t.Ratio, between(t.Interval), probability(t), t.Point)
	}
	for _, t := range r.Together() {
		fmt.Fprintf(w, "%s\t\t\t%.3f\t%s\t\tgeometric mean of %d points\n", t.Unit, t.Ratio, between(t.Interval), t.Points)
	}
	w.Flush()
	if few > 0 {
		fmt.Fprintf(b, "%d of %d times have fewer than %d samples a side: too few to show a difference\n", few, len(r.Times), enough)
	}
}

func between(i stats.Interval) string {
	if math.IsInf(i.High, 1) || math.IsNaN(i.High) {
		return "-"
	}
	return fmt.Sprintf("[%.3f, %.3f]", i.Low, i.High)
}

func probability(t Time) string {
	if t.Samples < enough {
		return "-"
	}
	return fmt.Sprintf("%.3f", t.Corrected)
}
