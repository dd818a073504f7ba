package main

import (
	"fmt"
	"strings"

	"ltpbench/results"
)

// timed is the table of how long rules take that need no training.
func (s *study) timed() string {
	var b strings.Builder
	b.WriteString("| method | `paper-ratio` | `executed-ratio` | times as fast [95 %] | efficiency | one text, ms (median) |\n|:--|--:|--:|--:|--:|--:|\n")
	row := func(method, budget string) {
		p := at(s.times, method, budget)
		if p == nil {
			fmt.Fprintf(&b, "| %s | not reachable | - | - | - | - |\n", code(method))
			return
		}
		t := clocked(s.times, method, budget)
		speed, efficiency := "1", "1"
		if low, high, ok := t.Interval(results.Speedup); ok && method != results.MethodNone {
			speed = fmt.Sprintf("%.2f [%.2f, %.2f]", value(t, results.Speedup), low, high)
			efficiency = fmt.Sprintf("%.2f", value(t, results.Efficiency))
		}
		fmt.Fprintf(&b, "| %s%s | %.3f | %.3f | %s | %s | %.1f |\n", code(method), mark(p), value(p, results.PaperRatio), value(p, results.ExecutedRatio), speed, efficiency, 1000*value(t, results.P50Seconds))
	}
	row(results.MethodNone, "")
	for _, method := range methods(s.times) {
		row(method, "0.5")
	}
	return b.String()
}

// clocked finds the line with a method's times, which are not on the line of what is counted.
func clocked(run *record, method, budget string) *results.Point {
	for i := range run.Points {
		p := &run.Points[i]
		if _, ok := p.Value(results.P50Seconds); ok && p.Name == "Sweep" && p.Key(results.KeyMethod) == method && p.Key(results.KeyBudget) == budget {
			return p
		}
	}
	return &results.Point{}
}
