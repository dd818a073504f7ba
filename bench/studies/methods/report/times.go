package main

import (
	"fmt"

	"ltpbench/results"
)

// times are a point's cells about time: how many times as fast it is as the unpruned model, the efficiency, and what one
// text takes. Noisy ones, whose rounds scatter, are marked.
func times(t *results.Point, method string) []string {
	if t == nil {
		return []string{"-", "-", "-"}
	}
	speed, efficiency := "1", "1"
	if low, high, ok := t.Interval(results.Speedup); ok && method != results.MethodNone {
		speed = fmt.Sprintf("%.2f [%.2f, %.2f]", value(t, results.Speedup), low, high)
		efficiency = fmt.Sprintf("%.2f", value(t, results.Efficiency))
		if t.Noisy() {
			speed += " †"
		}
	}
	return []string{speed, efficiency, fmt.Sprintf("%.1f", 1000*value(t, results.P50Seconds))}
}

// clocked finds the line with a method's times, which are not on the line of what is counted; nil where there is none.
func clocked(run *record, method, budget string) *results.Point {
	for i := range run.Points {
		p := &run.Points[i]
		if _, ok := p.Value(results.P50Seconds); ok && p.Name == "Sweep" && p.Key(results.KeyMethod) == method && p.Key(results.KeyBudget) == budget {
			return p
		}
	}
	return nil
}
