package recipe

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"ltpbench/bench/eval"
	"ltpbench/bench/text"
	"ltpbench/model"
	"ltpbench/pruners"
)

// TestToBudget: every rule with a strength is brought to a budget, what is
// reported is what eval.Evaluate counts, and what cannot be had is an error that names
// what can.
func TestToBudget(t *testing.T) {
	in := small(t)
	e, err := model.New(device(t, 0), in.Weights)
	if err != nil {
		t.Fatal(err)
	}
	examples, _, err := text.Tokenize(in.Tokenizer, in.Task, in.Texts, 32)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range []string{
		"threshold:final=0.01", "threshold:final=100", "threshold:theta=0:0.00001:0.00002:0.000001:0.00002:0.00003,divisor=alive", "threshold:final=0.05,divisor=initial",
		"topk:rate=0.9", "topk:rate=0.5,start=1", "topk:keep=0.3", "relative:t=0.01", "random:keep=0.9,seed=1", "quantile:q=0.3", "calibrated:q=0.2", "calibrated:q=0.2,shape=growing", "calibrated:q=0.2,score=cls", "quantile:q=0.3,score=random", "threshold:final=0.5,divisor=mean,score=random",
	} {
		rule, err := pruners.Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		for _, budget := range []float64{0.3, 0.5, 0.75, 0.9} {
			got, ratio, err := ToBudget(e, rule, examples, budget)
			var not *Unreachable
			if errors.As(err, &not) {
				// The published schedule keeps the first three of six layers whole.
				if budget > 0.5 || !strings.HasPrefix(spec, "topk:rate=0.9") || not.Ratio < budget || !strings.Contains(err.Error(), "floor") {
					t.Errorf("%s to %v: %v", spec, budget, err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			x, err := eval.Evaluate(context.Background(), e, got, examples, false)
			if err != nil {
				t.Fatal(err)
			}
			if counted := x.Work.Relative(x.None).Paper; !(math.Abs(counted-ratio) <= 1e-12) {
				t.Errorf("%s: Evaluate counts %v, ToBudget %v", got.Spec(), counted, ratio)
			}
			strongest := got.Spec().String() == "relative:t=1"
			if off := math.Abs(ratio - budget); !(off <= Near) || off > 0.01 && !strongest {
				t.Errorf("%s to %v: %s needs %v", spec, budget, got.Spec(), ratio)
			}
		}
	}
	for spec, want := range map[string]string{"none": "nothing that", "threshold:theta=0:0:0:0:0:0": "drops nothing"} {
		rule, err := pruners.Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := ToBudget(e, rule, examples, 0.5); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", spec, err, want)
		}
	}
}
