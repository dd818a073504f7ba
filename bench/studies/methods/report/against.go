package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ltpbench/bench/verdict"
	"ltpbench/results"
)

// cell is a method at a budget with its answer; nil where the two cannot be compared at equal FLOPs.
type cell struct {
	method, rival, budget string
	answer                *verdict.Comparison
}

// ask compares methods with their rivals at the budgets, without points that miss theirs. All of it is one claim: Holm's
// correction is for all its comparisons together.
func ask(run *record, pairs [][2]string, budgets []string) ([]cell, error) {
	var cells []cell
	var asked []verdict.Pairing
	var of []int
	for _, budget := range budgets {
		cost, err := strconv.ParseFloat(budget, 64)
		if err != nil {
			return nil, err
		}
		for _, pair := range pairs {
			if usable(at(run, pair[0], budget)) && usable(at(run, pair[1], budget)) {
				of = append(of, len(cells))
				asked = append(asked, verdict.Pairing{Method: pair[0], Rival: pair[1], Cost: cost})
			}
			cells = append(cells, cell{method: pair[0], rival: pair[1], budget: budget})
		}
	}
	if run.scored == nil {
		var err error
		if run.scored, err = verdict.Score(run.Run); err != nil {
			return nil, err
		}
	}
	for i, a := range run.scored.Answer(asked, verdict.Near) {
		cells[of[i]].answer = a
	}
	return cells, nil
}

func usable(p *results.Point) bool { return p != nil && !off(p) }

// against asks of every method whether it differs from each of the controls: a claim for each control.
func against(run *record, budgets []string) (map[string][]cell, error) {
	claims := map[string][]cell{}
	for _, control := range controls {
		var pairs [][2]string
		for _, method := range methods(run) {
			if method != control {
				pairs = append(pairs, [2]string{method, control})
			}
		}
		cells, err := ask(run, pairs, budgets)
		if err != nil {
			return nil, err
		}
		claims[control] = cells
	}
	return claims, nil
}

// differences is the table of a run's claims.
func differences(run *record, claims map[string][]cell, budgets []string) string {
	var b strings.Builder
	b.WriteString("| method | budget |")
	for _, control := range controls {
		fmt.Fprintf(&b, " minus %s |", code(control))
	}
	b.WriteString("\n|:--|:--|" + strings.Repeat("--:|", len(controls)) + "\n")
	for _, budget := range budgets {
		for _, method := range methods(run) {
			fmt.Fprintf(&b, "| %s%s | %s |", code(method), mark(at(run, method, budget)), budget)
			for _, control := range controls {
				i := slices.IndexFunc(claims[control], func(c cell) bool { return c.method == method && c.budget == budget })
				if i < 0 {
					b.WriteString(" - |")
					continue
				}
				fmt.Fprintf(&b, " %s |", difference(claims[control][i].answer))
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// difference is an answer in points, bold where it is significant.
func difference(c *verdict.Comparison) string {
	if c == nil {
		return "-"
	}
	text := fmt.Sprintf("%+.1f [%+.1f, %+.1f]", 100*c.Difference.Value, 100*c.Interval.Low, 100*c.Interval.High)
	if c.Significant() {
		return "**" + text + "**"
	}
	return text
}

// summary says of each claim which methods are better, worse and not told apart.
func summary(text string, claims map[string][]cell, budgets []string) string {
	var b strings.Builder
	for _, control := range controls {
		for _, budget := range budgets {
			var better, worse []string
			n := 0
			for _, c := range claims[control] {
				if c.budget != budget || c.answer == nil {
					continue
				}
				n++
				switch {
				case !c.answer.Significant():
				case c.answer.Difference.Value > 0:
					better = append(better, code(c.method))
				default:
					worse = append(worse, code(c.method))
				}
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %d | %s | %s | %d |\n", code(control), text, budget, n, named(better), named(worse), n-len(better)-len(worse))
		}
	}
	return b.String()
}

const summaryHead = "| against | text | budget | compared | significantly better | significantly worse | not different |\n|:--|:--|:--|--:|:--|:--|--:|\n"

func named(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return fmt.Sprintf("%d: %s", len(list), strings.Join(list, ", "))
}
