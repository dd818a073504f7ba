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
	given := f.training.Given()
	if f.Keep {
		given = append(given, "keep-duplicates")
	}
	if len(given) > 0 {
		return fmt.Errorf("--%s does nothing, for nothing is trained: give training text (--train FILE) or leave it out", given[0])
	}
	return nil
}
