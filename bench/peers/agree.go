package main

import (
	"fmt"
	"math"
)

// near is how far an output, row 0 of a last hidden state or a product, may lie from ours.
const near = 1e-3

// warm lets every engine do everything once, which for an encoder or a product is to
// compare the outputs of all batches with ours. A training has none that could agree:
// its classifier and its dropout are random.
func warm(r *row, engines []engine) error {
	if r.job.Do == "train" {
		for _, e := range engines {
			if _, err := e.pass(1); err != nil {
				return err
			}
		}
		return nil
	}
	for batch := range max(1, len(r.job.Batches)) {
		want, err := engines[0].outputs(batch)
		if err != nil {
			return err
		}
		for _, e := range engines[1:] {
			got, err := e.outputs(batch)
			if err != nil {
				return err
			}
			if d := distance(got, want); !(d <= near) {
				return fmt.Errorf("%s %s: %s's outputs lie %g from ours, more than %g: they don't compute the same", r.point, r.label(), e.name(), d, near)
			}
		}
	}
	return nil
}

// distance is the largest difference, infinite for different shapes.
func distance(a, b [][]float32) float64 {
	worst := 0.0
	if len(a) != len(b) {
		return math.Inf(1)
	}
	for i := range a {
		if len(a[i]) != len(b[i]) {
			return math.Inf(1)
		}
		for j := range a[i] {
			worst = max(worst, math.Abs(float64(a[i][j])-float64(b[i][j])))
		}
	}
	return worst
}
