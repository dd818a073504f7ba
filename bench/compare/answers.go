package compare

import (
	"fmt"
	"slices"

	"ltpbench/bench/stats"
	"ltpbench/results"
)

// answers compares what a point said of each example and kept in each layer. Of classes that changed, exact
// McNemar says whether it became better or worse, or just another.
func answers(point string, old, new []results.Prediction) []Count {
	if len(old) == 0 || len(new) == 0 {
		return nil // not kept on one side
	}
	same := len(old) == len(new)
	for i := 0; same && i < len(old); i++ {
		same = old[i].Example == new[i].Example && old[i].Label == new[i].Label
	}
	if !same {
		return []Count{{point, "examples", fmt.Sprint(len(old)), fmt.Sprintf("%d, not all the same", len(new))}}
	}
	var counts []Count
	said, kept := 0, 0
	was, is := make([]bool, len(old)), make([]bool, len(new))
	for i := range old {
		if old[i].Prediction != new[i].Prediction {
			said++
		}
		if !slices.Equal(old[i].Kept, new[i].Kept) || old[i].Sets != new[i].Sets && old[i].Sets != "" && new[i].Sets != "" {
			kept++
		}
		was[i], is[i] = old[i].Prediction == old[i].Label, new[i].Prediction == new[i].Label
	}
	if said > 0 {
		p, lost, won := stats.McNemar(was, is)
		counts = append(counts, Count{point, "answers", fmt.Sprintf("%d of %d differ", said, len(old)),
			fmt.Sprintf("%d examples lost, %d won (McNemar p = %.2g)", lost, won, p)})
	}
	if kept > 0 {
		counts = append(counts, Count{point, "kept tokens", fmt.Sprintf("%d of %d examples differ", kept, len(old)), "keep others"})
	}
	return counts
}
