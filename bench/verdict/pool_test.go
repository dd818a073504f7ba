package verdict

import (
	"math"
	"strings"
	"testing"

	"ltpbench/results"
)

// TestPoolRuns: differences of four tasks at one cost, pooled; what two runs do not have is named.
func TestPoolRuns(t *testing.T) {
	low, high := fake{method: "topk", flops: 0.4, speedup: 2.2, right: 0.75}, fake{method: "topk", flops: 0.8, speedup: 1.2, right: 0.85}
	threshold := func(right float64) fake {
		return fake{method: "threshold", flops: 0.6, speedup: 1.5, right: right, luck: 0.05}
	}
	other := fake{method: "random", flops: 0.6, right: 0.6, luck: 0.05}
	runs := []*results.Run{run(low, high, threshold(0.95)), run(low, high, threshold(0.94)), run(low, high, threshold(0.96)), run(low, high, threshold(0.95), other)}
	names := []string{"a", "b", "c", "d"}
	list, left, err := PoolRuns(runs, names, []Axis{FLOPs, Time}, []float64{0.6, 0.1})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 {
		t.Fatalf("%d pooled: %+v", len(list), list)
	}
	p := list[0]
	want := 0.0
	for i, part := range p.Parts {
		v := of(t, runs[i])
		for _, c := range v.Best(FLOPs) {
			if math.Abs(c.Difference.Value-part.Difference.Value) > 1e-12 || part.Run != names[i] || part.Metric != results.Accuracy {
				t.Errorf("%s contributes %+v, and its verdict is %+v", names[i], part, c)
			}
			want += p.Mean.Weights[i] * c.Difference.Value
		}
	}
	if len(p.Parts) != 4 || math.Abs(p.Mean.Value-want) > 1e-12 || !p.Significant() || !p.Best || p.Interval.Low <= 0 {
		t.Errorf("pooled %+v, want a mean of %v", p, want)
	}
	said := strings.Join(PoolSentences(list), " ")
	if !strings.Contains(said, "At equal FLOPs threshold is better than topk at 0.60 (+") || !strings.Contains(said, "4 runs)") || !strings.Contains(said, "hold for the one mean") {
		t.Errorf("it says %q", said)
	}
	not := strings.Join(left, "; ")
	for _, want := range []string{"a: threshold and topk do not both reach 0.10 of FLOPs", "threshold against random at 0.60 of FLOPs: only d", "measured time"} {
		if !strings.Contains(not, want) {
			t.Errorf("left out is %q, which lacks %q", not, want)
		}
	}
}

// TestPoolAlike: runs whose methods answer alike have no error to be weighed by, and are named.
func TestPoolAlike(t *testing.T) {
	same := []fake{{method: "topk", flops: 0.6, right: 0.8}, {method: "threshold", flops: 0.6, right: 0.8}}
	list, left, err := PoolRuns([]*results.Run{run(same...), run(same...)}, []string{"a", "b"}, []Axis{FLOPs}, []float64{0.6})
	if err != nil || len(list) != 0 || len(left) != 1 || !strings.Contains(left[0], "answer alike") {
		t.Errorf("%+v, %q, %v", list, left, err)
	}
}
