package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"ltpbench/bench/verdict"
	"ltpbench/results"
)

// points is the table of a run's points, with the accuracy on another split of the same text where other is not nil, and
// with times where the run has them.
func points(run, other *record, budgets []string) string {
	columns := []string{"method", "budget", "accuracy % [95 %]"}
	if other != nil {
		columns = append(columns[:2], "accuracy % [95 %], test", "dev")
	}
	columns = append(columns, "`paper-ratio`", "`executed-ratio`", "`padded-ratio`", "`select-ops/example`")
	timed := clocked(run, results.MethodNone, "") != nil
	if timed {
		columns = append(columns, "times as fast [95 %]", "efficiency", "one text, ms (median)")
	}
	var b strings.Builder
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(columns)
	b.WriteString("|:--|:--|" + strings.Repeat("--:|", len(columns)-2) + "\n")
	row := func(method, budget string) {
		p := at(run, method, budget)
		cells := []string{code(method) + mark(p), orDash(budget)}
		if p == nil {
			cells = append(cells, "not reachable")
			for len(cells) < len(columns) {
				cells = append(cells, "-")
			}
			line(cells)
			return
		}
		cells = append(cells, accuracy(p))
		if other != nil {
			cells = append(cells, accuracy(at(other, method, budget)))
		}
		for _, unit := range []string{results.PaperRatio, results.ExecutedRatio, results.PaddedRatio} {
			cells = append(cells, fmt.Sprintf("%.3f", value(p, unit)))
		}
		cells = append(cells, fmt.Sprintf("%.0f", value(p, results.SelectOps)))
		if timed {
			cells = append(cells, times(clocked(run, method, budget), method)...)
		}
		line(cells)
	}
	row(results.MethodNone, "")
	for _, budget := range budgets {
		for _, method := range methods(run) {
			row(method, budget)
		}
	}
	return b.String()
}

// off reports whether a point's FLOPs are too far from its budget to be compared at equal FLOPs.
func off(p *results.Point) bool {
	budget, err := strconv.ParseFloat(p.Key(results.KeyBudget), 64)
	return err == nil && math.Abs(value(p, results.PaperRatio)-budget) > verdict.Near
}

func mark(p *results.Point) string {
	if p != nil && off(p) {
		return " ‡"
	}
	return ""
}

func accuracy(p *results.Point) string {
	if p == nil {
		return "-"
	}
	low, high, _ := p.Interval(results.Accuracy)
	return fmt.Sprintf("%.1f [%.1f, %.1f]", 100*value(p, results.Accuracy), 100*low, 100*high)
}

func value(p *results.Point, unit string) float64 {
	x, ok := p.Value(unit)
	if !ok {
		return math.NaN()
	}
	return x
}

// code writes a method's name, and what a variant adds to it.
func code(method string) string {
	name, plan, ok := strings.Cut(method, "+")
	if ok {
		return "`" + name + "` + `" + plan + "`"
	}
	return "`" + name + "`"
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
