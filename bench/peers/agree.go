package main

import (
	"fmt"

	"ltpbench/bench/peers/engine"
)

// near is how far an output, row 0 of a last hidden state or a product, may lie from ours.
const near = 1e-3

// warm lets every engine do everything once, which for an encoder or a product is to
// compare the outputs of all batches with ours. A training has none that could agree:
// its classifier and its dropout are random.
func warm(r *row, engines []engine.Engine) error {
	if r.job.Do == "train" {
		for _, e := range engines {
			if _, err := e.Pass(1); err != nil {
				return err
			}
		}
		return nil
	}
	for batch := range max(1, len(r.job.Batches)) {
		want, err := engines[0].Outputs(batch)
		if err != nil {
			return err
		}
		for _, e := range engines[1:] {
			got, err := e.Outputs(batch)
			if err != nil {
				return err
			}
			if d := engine.Distance(got, want); !(d <= near) {
				return fmt.Errorf("%s %s: %s's outputs lie %g from ours, more than %g: they don't compute the same", r.point, r.label(), e.Name(), d, near)
			}
		}
	}
	return nil
}
