package eval

import "fmt"

// NotFinite is the error of logits that are no numbers: the weights, or a kernel, are broken, and no prediction
// can be made of them.
type NotFinite struct {
	Sequence int // of the batch, from 0
	Value    float32
}

// Error implements error.
func (e *NotFinite) Error() string {
	return fmt.Sprintf("the model gives %g for sequence %d: its weights are broken, or too large for the device's type", e.Value, e.Sequence+1)
}

// finite is the one check of logits, a list per sequence, before anything is made of them.
func finite(logits [][]float32) error {
	for i, own := range logits {
		for _, v := range own {
			if v-v != 0 {
				return &NotFinite{i, v}
			}
		}
	}
	return nil
}
