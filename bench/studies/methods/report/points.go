package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"ltpbench/bench/verdict"
	"ltpbench/results"
)

// points is the table of a run's points, with the accuracy on another split of the same text where other is not nil.
func points(run, other *record, budgets []string) string {
	var b strings.Builder
	head, rule := "| method | budget | accuracy % [95 %] |", "|:--|:--|--:|"
	if other != nil {
		head, rule = "| method | budget | accuracy % [95 %], test | dev |", "|:--|:--|--:|--:|"
	}
	fmt.Fprintf(&b, "%s `paper-ratio` | `executed-ratio` | `padded-ratio` | `select-ops/example` |\n%s--:|--:|--:|--:|\n", head, rule)
	row := func(method, budget string) {
		p := at(run, method, budget)
		fmt.Fprintf(&b, "| %s%s | %s |", code(method), mark(p), orDash(budget))
		if p == nil {
			fmt.Fprintf(&b, " not reachable |%s - | - | - | - |\n", map[bool]string{true: " - |"}[other != nil])
			return
		}
		fmt.Fprintf(&b, " %s |", accuracy(p))
		if other != nil {
			fmt.Fprintf(&b, " %s |", accuracy(at(other, method, budget)))
		}
		fmt.Fprintf(&b, " %.3f | %.3f | %.3f | %.0f |\n", value(p, results.PaperRatio), value(p, results.ExecutedRatio), value(p, results.PaddedRatio), value(p, results.SelectOps))
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
