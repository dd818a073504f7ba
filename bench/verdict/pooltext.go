package verdict

import (
	"fmt"
	"math"
	"strings"

	"ltpbench/bench/stats"
	"ltpbench/results"
)

// PoolSentences says what pooled comparisons with the best rivals come to, in a sentence for each method and axis.
func PoolSentences(list []Pooled) []string {
	var sentences []string
	var keys []string
	of := map[string][]string{}
	for _, p := range list {
		if !p.Best {
			continue
		}
		what := "not significantly different from"
		if p.Significant() {
			what = map[bool]string{true: "better than", false: "worse than"}[p.Mean.Value > 0]
		}
		name := p.Method
		if !p.Tuned {
			name += ", not fine-tuned,"
		}
		key := fmt.Sprintf("At equal %s %s is ", p.Axis.Name, name)
		if of[key] == nil {
			keys = append(keys, key)
		}
		of[key] = append(of[key], fmt.Sprintf("%s %s at %s (%+.1f points [%+.1f, %+.1f], %s)", what, p.Rival, p.at(),
			100*p.Mean.Value, 100*p.Interval.Low, 100*p.Interval.High, p.Over()))
	}
	for _, key := range keys {
		sentences = append(sentences, key+strings.Join(of[key], "; ")+".")
	}
	if len(list) > 0 {
		all := fmt.Sprintf("all %d means together", len(list))
		if len(list) == 1 {
			all = "the one mean"
		}
		sentences = append(sentences, fmt.Sprintf("Points are hundredths of each run's own metric; means are random effects over texts, and their significance holds for %s (Holm): an interval, of 95 %% or more, excludes 0 where a mean is significant. Intervals of single runs are uncorrected.", all))
	}
	return sentences
}

// at is the cost in a sentence: "0.475", or "the time of 0.475".
func (p *Pooled) at() string {
	if p.Axis == Time {
		return "the time of " + results.Decimal(p.Cost)
	}
	return results.Decimal(p.Cost)
}

// Over counts what the mean is over: "7 texts", or "7 texts, 9 runs".
func (p *Pooled) Over() string {
	if len(p.Parts) == p.Mean.Studies {
		return fmt.Sprintf("%d texts", p.Mean.Studies)
	}
	return fmt.Sprintf("%d texts, %d runs", p.Mean.Studies, len(p.Parts))
}

// UnprunedSentences says what pruning costs each method.
func UnprunedSentences(list []Pooled) []string {
	var parts []string
	for _, p := range list {
		parts = append(parts, fmt.Sprintf("%s at %s %+.1f points [%+.1f, %+.1f]", p.Method, p.at(), 100*p.Mean.Value, 100*p.Interval.Low, 100*p.Interval.High))
	}
	if parts == nil {
		return nil
	}
	return []string{"Against the unpruned model: " + strings.Join(parts, "; ") + "."}
}

// ItselfSentences says how much methods differ from themselves.
func ItselfSentences(list []Pooled) []string {
	significant, n, sum := 0, 0.0, 0.0
	for _, p := range list {
		if p.P <= stats.Significance {
			significant++
		}
		for _, part := range p.Parts {
			sum += part.Difference.Value * part.Difference.Value
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("Each method is compared with itself: one training seed with the mean of the others. In single runs the difference is %.1f points (root mean square). Of %d means over texts, %d differ from 0 with p <= %v before correction, where %.1f are expected.",
		100*math.Sqrt(sum/n), len(list), significant, stats.Significance, stats.Significance*float64(len(list)))}
}
