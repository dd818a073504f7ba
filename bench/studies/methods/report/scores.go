package main

import (
	"fmt"
	"strings"
)

var (
	scoreNames = []string{"received", "others", "accumulated", "cls", "random"}
	ruleNames  = []string{"calibrated", "topk:start=1", "quantile"}
)

// scored names a rule with a score, as the plan does: received is the default.
func scored(rule, score string) string {
	switch {
	case score == "received":
		return rule
	case strings.Contains(rule, ":"):
		return rule + ",score=" + score
	}
	return rule + ":score=" + score
}

// grid is the table of scores and rules, and what each score gains over the random one under the same rule: one claim.
func (s *study) grid() (table, gains string, err error) {
	var b, g strings.Builder
	head := func(b *strings.Builder, first string) {
		fmt.Fprintf(b, "| %s |", first)
		for _, budget := range budgetsOf["SST-2"] {
			for _, rule := range ruleNames {
				fmt.Fprintf(b, " %s at %s |", code(rule), budget)
			}
		}
		b.WriteString("\n|:--|" + strings.Repeat("--:|", len(ruleNames)*len(budgetsOf["SST-2"])) + "\n")
	}
	head(&b, "score")
	head(&g, "score, minus `random`")
	var pairs [][2]string
	for _, score := range scoreNames[:len(scoreNames)-1] {
		for _, rule := range ruleNames {
			pairs = append(pairs, [2]string{scored(rule, score), scored(rule, "random")})
		}
	}
	cells, err := ask(s.scores, pairs, budgetsOf["SST-2"])
	if err != nil {
		return "", "", err
	}
	for _, score := range scoreNames {
		fmt.Fprintf(&b, "| `%s` |", score)
		if score != "random" {
			fmt.Fprintf(&g, "| `%s` |", score)
		}
		for _, budget := range budgetsOf["SST-2"] {
			for _, rule := range ruleNames {
				p := at(s.scores, scored(rule, score), budget)
				if p == nil {
					return "", "", fmt.Errorf("%s lacks %s at %s", s.scores.Path, scored(rule, score), budget)
				}
				fmt.Fprintf(&b, " %.1f (%.2f)%s |", 100*value(p, "accuracy"), value(p, "paper-ratio"), mark(p))
				for _, c := range cells {
					if c.method == scored(rule, score) && c.budget == budget {
						fmt.Fprintf(&g, " %s |", difference(c.answer))
					}
				}
			}
		}
		b.WriteString("\n")
		if score != "random" {
			g.WriteString("\n")
		}
	}
	return b.String(), g.String(), nil
}
