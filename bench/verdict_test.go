package bench

import (
	"strings"
	"testing"

	"ltpbench/bench/finetune"
	"ltpbench/pruners"
)

// fake is a point that is right on the first n of 400 examples.
func fake(method string, paper float64, n int) *measured {
	m := &measured{Point: Point{Method: method, Rule: pruners.None{}, Tuned: true}, score: finetune.Score{Paper: paper, Accuracy: float64(n) / 400}}
	for i := range 400 {
		m.right = append(m.right, i < n)
	}
	return m
}

func TestVerdict(t *testing.T) {
	none := fake("none", 1, 360)
	for _, c := range []struct {
		name   string
		points []*measured
		want   string
	}{
		{"far apart", []*measured{none, fake("threshold", 0.5, 350), fake("topk", 0.7, 300)}, "not compared"},
		{"close", []*measured{none, fake("threshold", 0.5, 342), fake("topk", 0.52, 340)}, "no difference"},
		{"better", []*measured{none, fake("threshold", 0.5, 350), fake("topk", 0.52, 300)}, "thresholds are better at 0.50 (+12.5 points)"},
		{"worse than the better top-k", []*measured{none, fake("threshold", 0.5, 300), fake("topk", 0.52, 280), fake("topk:start=1", 0.49, 350)}, "top-k is better at 0.50 (-12.5 points)"},
		{"both", []*measured{none, fake("threshold", 0.5, 350), fake("topk", 0.5, 300), fake("threshold", 0.8, 300), fake("topk", 0.8, 350)}, "thresholds are better at 0.50 (+12.5 points), top-k at 0.80"},
	} {
		got := verdict(c.points)
		if !strings.Contains(got, c.want) || !strings.HasPrefix(got, "For these weights (one training seed)") && c.name != "far apart" {
			t.Errorf("%s: %q lacks %q", c.name, got, c.want)
		}
	}
	loose := fake("threshold", 0.5, 342)
	loose.Tuned = false
	if got := verdict([]*measured{none, loose, fake("topk", 0.5, 340)}); !strings.Contains(got, "not fine-tuned") {
		t.Errorf("points without weights of their own are not named so: %q", got)
	}
}
