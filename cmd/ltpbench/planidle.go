package main

import (
	"fmt"
	"slices"

	"ltpbench/bench/plan"
)

// idle reports the first flag about training that was given although the plan trains
// nothing.
func (f *planFlags) idle(p *plan.Plan) error {
	if slices.ContainsFunc(p.Data, func(d plan.Data) bool { return d.Train != "" }) {
		return nil
	}
	for _, x := range []struct {
		given bool
		flag  string
	}{
		{f.Keep, "keep-duplicates"}, {f.Examples != nil, "examples"}, {f.Epochs != nil, "epochs"}, {f.BaseEpochs != nil, "base-epochs"},
		{f.Rate != nil, "rate"}, {f.BaseRate != nil, "base-rate"}, {f.ThetaRate != nil, "theta-rate"}, {f.Lambda != nil, "lambda"},
		{f.Freeze != nil, "freeze"}, {f.Untuned, "untuned"},
	} {
		if x.given {
			return fmt.Errorf("--%s does nothing, for nothing is trained: give training text (--train FILE) or leave it out", x.flag)
		}
	}
	return nil
}
