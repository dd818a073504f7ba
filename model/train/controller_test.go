package train_test

import (
	"context"
	"math"
	"testing"

	"ltpbench/model/train"
)

// TestSteer: both stages go to a budget that they begin far from, and stay there
// when the learning rate has fallen.
func TestSteer(t *testing.T) {
	for _, soft := range []bool{true, false} {
		s := newStage(t, soft)
		s.batching.Epochs, s.rule.Final, s.temperature, s.learnerRate = 40, 0.002, 2e-3, 2e-4
		trainer, _ := s.prepare(t, 0)
		var ratios []float64
		err := trainer.Fit(context.Background(), s.examples, s.batching, func(r train.Result) error {
			ratios = append(ratios, r.Ratio)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		first, last := mean(ratios[:5]), mean(ratios[len(ratios)-20:])
		if !(math.Abs(first-0.5) >= 0.2) {
			t.Errorf("soft %v: begins at %v, too near to show anything", soft, first)
		}
		if !(math.Abs(last-0.5) <= 0.07) {
			t.Errorf("soft %v: ends at %v, the budget is 0.5; it was %.2f", soft, last, ratios)
		}
	}
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}
