package main

import (
	"errors"
	"fmt"
	"slices"

	"ltpbench/bench/plan"
)

// idle reports the first flag that has no effect: budgets where no method is brought to them, and what is about
// training where nothing is trained.
func (f *planFlags) idle(p *plan.Plan) error {
	unreadable := func(method string) bool { _, err := plan.ParseMethod(method); return err != nil } // for Check to report
	if len(f.Budgets) > 0 && !slices.ContainsFunc(p.Methods, free) && !slices.ContainsFunc(p.Methods, unreadable) {
		return errors.New("--budgets does nothing, for no method is brought to them: name some (--methods threshold,topk:start=1) or leave it out")
	}
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
