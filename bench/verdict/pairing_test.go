package verdict

import (
	"math"
	"testing"
)

// TestAnswer: what the plan does not compare can be asked; differences are at the nearest common cost, corrected together.
func TestAnswer(t *testing.T) {
	r := run(
		fake{method: "topk", budget: "0.5", flops: 0.49, right: 0.80}, fake{method: "topk", budget: "0.7", flops: 0.70, right: 0.85},
		fake{method: "random", budget: "0.5", flops: 0.50, right: 0.70, luck: 0.02}, fake{method: "random", budget: "0.7", flops: 0.67, right: 0.75, luck: 0.02},
		fake{method: "shallow", budget: "0.5", flops: 0.40, right: 0.70}, fake{method: "quantile", budget: "0.5", flops: 0.5, right: 0.8, untuned: true},
	)
	scored, err := Score(r)
	if err != nil {
		t.Fatal(err)
	}
	got := scored.Answer([]Pairing{{"topk", "random", 0.5}, {"topk", "random", 0.7}, {"shallow", "topk", 0.5}, {"quantile", "topk", 0.5}, {"tome", "topk", 0.5}, {"topk", "topk", 0.5}}, Near)
	if got[0] == nil || got[0].Cost != 0.5 || !got[0].Significant() || got[0].Difference.Value < 0.05 || got[0].Interval.Low <= 0 {
		t.Errorf("topk against random at 0.5: %+v", got[0])
	}
	if got[1] == nil || math.Abs(got[1].Cost-0.67) > 1e-12 {
		t.Errorf("at 0.7 random ends at 0.67: %+v", got[1])
	}
	if got[2] != nil || got[3] != nil || got[4] != nil {
		t.Errorf("answered what is not reached, not made alike or not there: %v", got[2:5])
	}
	if got[5] == nil || got[5].Difference.Value != 0 || got[5].Significant() || got[5].Difference.Error == 0 {
		t.Errorf("a method against itself: %+v", got[5])
	}
	if got[0].Corrected < got[0].P || got[0].Corrected == got[0].P {
		t.Errorf("not corrected: %+v", got[0])
	}
}
