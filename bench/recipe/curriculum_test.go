package recipe

import (
	"context"
	"strings"
	"testing"
)

// TestCurriculum: a curriculum applies to the stages that it fits; one that fits none, or that ends
// beyond a stage, is an error before the first step. A prefix is trained on fewer tokens.
func TestCurriculum(t *testing.T) {
	in := small(t)
	for want, change := range map[string]func(*Recipe){
		"in all stages no rule drops tokens":                                  func(r *Recipe) { r.Curriculum = "grow" },
		"in all stages no objective has a loss of single tokens":              func(r *Recipe) { r.Curriculum = "weight" },
		"there are: grow, prefix, weight":                                     func(r *Recipe) { r.Curriculum = "shrink" },
		"curriculum prefix:steps=16: it takes 16 steps, and the stage has 15": func(r *Recipe) { r.Curriculum = "prefix:steps=16" },
		"stage hard: curriculum grow: pruner evit:rate=0.5 cannot drop less at first": func(r *Recipe) {
			r.Pruner, r.Curriculum = "evit:rate=0.5", "grow"
		},
		"stage 1: no curriculum": func(r *Recipe) { r.Stages = []Stage{{Name: "one", Rule: RuleRests, Curriculum: "x"}} },
		"stage one: curriculum grow: no rule drops tokens": func(r *Recipe) {
			r.Pruner, r.Stages = "topk:keep=0.5", []Stage{{Name: "one", Rule: RuleRests, Curriculum: "grow"}}
		},
	} {
		r := plain()
		change(&r)
		steps := 0
		_, err := r.Make(context.Background(), device(t, 1), in, Watch{Progress: func(Progress) { steps++ }})
		if err == nil || !strings.Contains(err.Error(), want) || steps > 0 {
			t.Errorf("%v after %d steps, want %s", err, steps, want)
		}
	}
	tokens := func(r Recipe) int {
		made, err := r.Make(context.Background(), device(t, 2), in, Watch{})
		if err != nil {
			t.Fatal(err)
		}
		return made.Tokens
	}
	texts, _ := easy()
	whole := texts
	whole.Curriculum = ""
	if a, b := tokens(texts), tokens(whole); !(a < b*9/10 && a > b/2) {
		t.Errorf("%d tokens of prefixes, %d of whole texts", a, b)
	}
	// In a training with two stages a rule grows in the second alone.
	r := learned()
	r.Rank, r.Curriculum = 0, "grow:until=1"
	if _, err := r.Make(context.Background(), device(t, 2), in, Watch{}); err != nil {
		t.Error(err)
	}
}
