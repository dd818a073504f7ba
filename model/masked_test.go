package model_test

import (
	"math"
	"reflect"
	"testing"

	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/pruners"
)

// TestMasked: the masked emulation without protection gives the oracle's counts
// and logits; row 0 is dropped in some of them, so that it is not the engine's answer.
func TestMasked(t *testing.T) {
	everywhere(t, func(t *testing.T, n oracle.Net, e *model.Encoder) {
		tried := 0
		check := func(p pruners.Pruner, want oracle.Answer) {
			tried++
			batch := n.Cases.Pack()
			m, err := model.NewMasked(e, p, room(batch))
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second pass finds used memory
				got, kept, err := m.Forward(batch)
				if err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(kept, want.Counts) {
					t.Errorf("%s keeps %v, want %v", p.Spec(), kept, want.Counts)
				}
				tol := n.Cases.Tol(t, "logits")
				for b, row := range want.Logits {
					for j, w := range row {
						if g := got[b*len(row)+j]; !(math.Abs(float64(g)-w) <= tol) {
							t.Errorf("%s: logit %d of sequence %d is %v, want %v", p.Spec(), j, b, g, w)
						}
					}
				}
			}
		}
		for rate, want := range n.Cases.Reference.TopK {
			check(parse(t, "topk:rate="+rate), want)
		}
		for divisor, want := range n.Cases.Reference.Threshold {
			check(pruners.Threshold{Theta: want.Theta, Divisor: pruners.Divisor(divisor)}, want)
		}
		if tried < 4 {
			t.Errorf("only %d rules were tried", tried)
		}
	})
}
