package bench

import (
	"fmt"
	"math"
	"strings"

	"ltpbench/bench/stats"
	"ltpbench/results"
)

// near is how far apart two points' relative FLOPs may lie to be compared.
const near = 0.05

// verdict says in a sentence what thresholds and top-k got right at like FLOPs,
// by McNemar's exact test on the same examples, corrected for the number of
// comparisons (Holm is not needed: one significant after Bonferroni is enough).
func verdict(all []*measured) string {
	type comparison struct {
		a, b *measured
		p    float64
	}
	var list []comparison
	for _, a := range all {
		if a.Method != "threshold" {
			continue
		}
		var best *measured
		for _, b := range all {
			if !strings.HasPrefix(b.Method, "topk") || math.Abs(a.score.Paper-b.score.Paper) > near {
				continue
			}
			if best == nil || b.score.Accuracy > best.score.Accuracy {
				best = b
			}
		}
		if best != nil {
			p, _, _ := stats.McNemar(a.right, best.right)
			list = append(list, comparison{a, best, p})
		}
	}
	how := "one training seed"
	for _, m := range all {
		if !m.Tuned && m.Method != results.MethodNone {
			how = "weights not fine-tuned for each point"
		}
	}
	if len(list) == 0 {
		return fmt.Sprintf("For these weights (%s) no threshold point lies within %.2f relative FLOPs of a top-k point, so the two are not compared.", how, near)
	}
	var wins, losses []string
	for _, c := range list {
		if c.p*float64(len(list)) >= 0.05 {
			continue
		}
		text := fmt.Sprintf("%.2f (%+.1f points)", c.a.score.Paper, 100*(c.a.score.Accuracy-c.b.score.Accuracy))
		if c.a.score.Accuracy > c.b.score.Accuracy {
			wins = append(wins, text)
		} else {
			losses = append(losses, text)
		}
	}
	pairs := fmt.Sprintf("%d pairs of points", len(list))
	if len(list) == 1 {
		pairs = "one pair of points"
	}
	out := fmt.Sprintf("For these weights (%s), of %s at like FLOPs (within %.2f; the better top-k): ", how, pairs, near)
	switch {
	case len(wins)+len(losses) == 0:
		return out + "no difference between thresholds and top-k is significant (McNemar, 5 %, Bonferroni)."
	case len(losses) == 0:
		return out + "thresholds are better at " + strings.Join(wins, ", ") + "; the rest is not significant (McNemar, 5 %, Bonferroni)."
	case len(wins) == 0:
		return out + "top-k is better at " + strings.Join(losses, ", ") + "; the rest is not significant (McNemar, 5 %, Bonferroni)."
	}
	return out + "thresholds are better at " + strings.Join(wins, ", ") + ", top-k at " + strings.Join(losses, ", ") + "; the rest is not significant (McNemar, 5 %, Bonferroni)."
}
