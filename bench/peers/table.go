package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/tw"

	"ltpbench/bench/stats"
)

// table is what is printed at the end: ours beside the best peer, row by row.
type table struct {
	peaks []float64 // GFLOP/s at one thread and at all
	lines [][]string
}

// add takes a row's seconds per round. The best peer is the one with the smallest
// median; the ratio is the median over rounds of its time by ours, with the
// smallest and the largest.
func (t *table) add(r *row, seconds map[string][]float64) {
	own := seconds["ltpbench"]
	median := func(x []float64) float64 { return stats.Percentile(x, 50) }
	rate := func(s float64) string {
		if r.flops > 0 {
			return fmt.Sprintf("%.0f GFLOP/s", float64(r.flops)*float64(r.repeat)/s/1e9)
		}
		return fmt.Sprintf("%.0f tok/s", float64(r.tokens*r.repeat)/s)
	}
	line := []string{r.point, r.label(), rate(median(own)), "", "", ""}
	if len(t.peaks) > 0 && r.flops > 0 {
		limit := t.peaks[len(t.peaks)-1]
		if r.job.Threads == 1 {
			limit = t.peaks[0]
		}
		if limit > 0 {
			line[3] = fmt.Sprintf("%.2f", float64(r.flops)*float64(r.repeat)/median(own)/1e9/limit)
		}
	}
	best := ""
	for _, name := range r.peers {
		if best == "" || median(seconds[name]) < median(seconds[best]) {
			best = name
		}
	}
	if best != "" {
		var ratios []float64
		for i := range own {
			ratios = append(ratios, seconds[best][i]/own[i])
		}
		line[4] = fmt.Sprintf("%s %s", best, rate(median(seconds[best])))
		line[5] = fmt.Sprintf("%.2f [%.2f, %.2f]", median(ratios), slices.Min(ratios), slices.Max(ratios))
	}
	t.lines = append(t.lines, line)
}

func (t *table) print(out io.Writer, record string) error {
	w := tablewriter.NewTable(out, tablewriter.WithHeaderAutoFormat(tw.Off))
	w.Header([]string{"", "row", "ours", "of FMA peak", "best peer", "ours / best [rounds]"})
	if err := w.Bulk(t.lines); err != nil {
		return err
	}
	if err := w.Render(); err != nil {
		return err
	}
	var peaks []string
	for _, p := range t.peaks {
		peaks = append(peaks, fmt.Sprintf("%.0f", p))
	}
	_, err := fmt.Fprintf(out, "FMA peak, one thread and all: %s GFLOP/s. GFLOP/s of encoders are of the `paper` formula over real tokens.\n%s\n", strings.Join(peaks, ", "), record)
	return err
}
