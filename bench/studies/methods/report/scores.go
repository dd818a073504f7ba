package main

import (
	"fmt"
	"strings"
)

// scored names a rule with a score, as the plan does.
func scored(rule, score string) string {
	switch {
	case score == scoreNames[0]:
		return rule
	case strings.Contains(rule, ":"):
		return rule + ",score=" + score
	}
	return rule + ":score=" + score
}

// grid is the table of scores and rules, and what each score gains over the last under the same rule: one claim.
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
	last := scoreNames[len(scoreNames)-1]
	head(&g, "score, minus "+code(last))
	var pairs [][2]string
	for _, score := range scoreNames[:len(scoreNames)-1] {
		for _, rule := range ruleNames {
			pairs = append(pairs, [2]string{scored(rule, score), scored(rule, last)})
		}
	}
	cells, err := ask(s.scores, pairs, budgetsOf["SST-2"])
	if err != nil {
		return "", "", err
	}
	for _, score := range scoreNames {
		fmt.Fprintf(&b, "| `%s` |", score)
		if score != last {
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
		if score != last {
			g.WriteString("\n")
		}
	}
	return b.String(), g.String(), nil
}
