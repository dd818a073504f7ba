package compare

import (
	"fmt"
	"slices"

	"ltpbench/bench/stats"
	"ltpbench/results"
)

// answers compares a point's predictions and kept tokens of each example. For predictions that changed, the
// exact McNemar test shows whether they became better or worse, or merely different.
func answers(point string, old, new []results.Prediction) []Count {
	if len(old) == 0 || len(new) == 0 {
		return nil // one side has no predictions
	}
	same := len(old) == len(new)
	for i := 0; same && i < len(old); i++ {
		same = old[i].Example == new[i].Example && old[i].Label == new[i].Label
	}
	if !same {
		return []Count{{point, "examples", fmt.Sprint(len(old)), fmt.Sprintf("%d, not all the same", len(new))}}
	}
	var counts []Count
	changed, kept := 0, 0
	was, is := make([]bool, len(old)), make([]bool, len(new))
	for i := range old {
		if old[i].Prediction != new[i].Prediction {
			changed++
		}
		if !slices.Equal(old[i].Kept, new[i].Kept) || old[i].Sets != new[i].Sets && old[i].Sets != "" && new[i].Sets != "" {
			kept++
		}
		was[i], is[i] = old[i].Prediction == old[i].Label, new[i].Prediction == new[i].Label
	}
	if changed > 0 {
		p, lost, won := stats.McNemar(was, is)
		counts = append(counts, Count{point, "answers", fmt.Sprintf("%d of %d differ", changed, len(old)),
			fmt.Sprintf("%d examples lost, %d won (McNemar p = %.2g)", lost, won, p)})
	}
	if kept > 0 {
		counts = append(counts, Count{point, "kept tokens", fmt.Sprintf("%d of %d examples differ", kept, len(old)), "other tokens"})
	}
	return counts
}
