package main

import (
	"fmt"
	"strings"

	"ltpbench/bench/stats"
	"ltpbench/results"
)

// ragged is the table of DynamicViT's two decisions: what texts keep behind each of its networks.
func (s *study) ragged() string {
	var b strings.Builder
	b.WriteString("| text | budget | decision | accuracy % [95 %] | `paper-ratio` | % kept from layer 2: 5th, 50th, 95th percentile of texts | from layer 4 |\n|:--|:--|:--|--:|--:|--:|--:|\n")
	for _, text := range []string{"SST-2", "MRPC"} {
		run := map[string]*record{"SST-2": s.test, "MRPC": s.mrpc}[text]
		for _, budget := range budgetsOf[text] {
			for _, method := range decisions {
				p := at(run, method, budget)
				shares := results.KeptShares(run.PredictionsOf([]results.Point{*p}))
				fmt.Fprintf(&b, "| %s | %s | %s | %s | %.3f | %s | %s |\n", text, budget, code(p.Key(results.KeySpec)), accuracy(p), value(p, results.PaperRatio), spread(shares[2]), spread(shares[4]))
			}
		}
	}
	return b.String()
}

func spread(shares []float64) string {
	var parts []string
	for _, at := range []float64{5, 50, 95} {
		parts = append(parts, fmt.Sprintf("%.0f", 100*stats.Percentile(shares, at)))
	}
	return strings.Join(parts, ", ")
}
