package recipe

import (
	"context"
	"math"
	"testing"
)

// TestLengths: a rule that is trained for all lengths takes a third of the others' steps, each of
// three passes; the same weights serve every budget, to which only the rule is brought.
func TestLengths(t *testing.T) {
	in, r := small(t), lengths()
	steps := func(r Recipe) (n int) {
		_, err := r.Make(context.Background(), device(t, 2), in, Watch{Progress: func(p Progress) { n = p.Steps }})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	other := r
	other.Pruner, other.Epochs = "topk:keep=0.5", 3
	if all := 2 * 3 * 240 / 16; steps(other) != all || r.Steps(240/16) != all/3 {
		t.Errorf("%d steps, and %d of three passes", steps(other), r.Steps(240/16))
	}
	var weights string
	for _, budget := range []float64{0, 0.5, 0.7} {
		r.Budget = budget
		passes := map[string]int{}
		made, err := r.Make(context.Background(), device(t, 1), in, Watch{Progress: func(p Progress) { passes[p.Stage] = len(p.Terms) }})
		if err != nil {
			t.Fatal(err)
		}
		if passes["lengths"] != 3 || made.Steps != 2*3*240/16/3 {
			t.Errorf("%d steps with %v terms", made.Steps, passes)
		}
		if weights == "" {
			weights = made.Outcome.Weights
		}
		if made.Outcome.Weights != weights {
			t.Errorf("budget %v has other weights", budget)
		}
		if budget > 0 && math.Abs(made.HeldOut.Paper-budget) > Near {
			t.Errorf("%s needs %.3f of the FLOPs, not %v", made.Pruner, made.HeldOut.Paper, budget)
		}
		if budget == 0 && made.Pruner != "lengthdrop:drop=auto" {
			t.Errorf("the rule is %s", made.Pruner)
		}
	}
}
