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
	list, left, err := PoolRuns(runs, names, Pooling{Axes: []Axis{FLOPs}, Costs: []float64{0.6, 0.1}, Near: Near})
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
	if !strings.Contains(said, "At equal FLOPs threshold is better than topk at 0.6 (+") || !strings.Contains(said, "4 texts)") || !strings.Contains(said, "holds for the one mean") {
		t.Errorf("it says %q", said)
	}
	not := strings.Join(left, "; ")
	for _, want := range []string{"a: threshold and topk do not both reach 0.1 of FLOPs", "threshold against random at 0.6 of FLOPs: only d"} {
		if !strings.Contains(not, want) {
			t.Errorf("left out is %q, which lacks %q", not, want)
		}
	}
}

// TestPoolAlike: runs whose methods answer alike are as sure as one example is worth.
func TestPoolAlike(t *testing.T) {
	same := []fake{{method: "topk", flops: 0.6, right: 0.8}, {method: "threshold", flops: 0.6, right: 0.8}}
	p := pool(t, []*results.Run{run(same...), run(same...)}, Pooling{Axes: []Axis{FLOPs}, Costs: []float64{0.6}})[0]
	if d := p.Parts[0].Difference; d.Value != 0 || d.Error != 1.0/examples || p.Mean.Value != 0 || p.Significant() {
		t.Errorf("%+v", p)
	}
}

// ofTexts gives runs hashes of the texts that they measured.
func ofTexts(runs []*results.Run, texts ...string) []*results.Run {
	for i, text := range texts {
		runs[i].Config = append(runs[i].Config, results.Key{Name: "data-hash", Value: text})
	}
	return runs
}

// pool pools runs without anything left out.
func pool(t *testing.T, runs []*results.Run, what Pooling) []Pooled {
	t.Helper()
	names := []string{"a", "b", "c", "d", "e"}[:len(runs)]
	list, left, err := PoolRuns(runs, names, what)
	if err != nil || len(left) > 0 {
		t.Fatalf("%v, left out %q", err, left)
	}
	return list
}

// TestPoolTexts: runs of one text are one study, whose error is the mean of theirs.
func TestPoolTexts(t *testing.T) {
	one := func(right float64) *results.Run {
		return run(fake{method: "topk", flops: 0.6, right: 0.8, luck: 0.05}, fake{method: "threshold", flops: 0.6, right: right, luck: 0.05})
	}
	runs := ofTexts([]*results.Run{one(0.9), one(0.8), one(0.85)}, "x", "x", "y")
	p := pool(t, runs, Pooling{Axes: []Axis{FLOPs}, Costs: []float64{0.6}})[0]
	if p.Mean.Studies != 2 || len(p.Parts) != 3 || p.Parts[0].Weight != p.Parts[1].Weight || math.Abs(p.Parts[0].Weight+p.Parts[1].Weight+p.Parts[2].Weight-1) > 1e-12 || p.Over() != "2 texts, 3 runs" {
		t.Errorf("%+v", p)
	}
	if _, left, err := PoolRuns(ofTexts([]*results.Run{one(0.9), one(0.8)}, "x", "x"), []string{"a", "b"}, Pooling{Axes: []Axis{FLOPs}, Costs: []float64{0.6}}); err != nil || len(left) != 1 || !strings.Contains(left[0], "only a") {
		t.Errorf("of one text: %q, %v", left, err)
	}
}

// TestPoolBest: each run has its own best rival, chosen among those that are named.
func TestPoolBest(t *testing.T) {
	one := func(topk, other float64) *results.Run {
		return run(fake{method: "topk", flops: 0.6, right: topk, luck: 0.05}, fake{method: "topk:start=1", flops: 0.6, right: other, luck: 0.05},
			fake{method: "random", flops: 0.6, right: 0.99, luck: 0.05}, fake{method: "threshold", flops: 0.6, right: 0.7, luck: 0.05})
	}
	what := Pooling{Axes: []Axis{FLOPs}, Costs: []float64{0.6}, Best: []string{"topk", "topk:start=1"}}
	list := pool(t, []*results.Run{one(0.8, 0.9), one(0.9, 0.8)}, what)
	if len(list) != 1 || list[0].Rival != "the best of topk, topk:start=1" || list[0].Parts[0].Rival != "topk:start=1" || list[0].Parts[1].Rival != "topk" {
		t.Fatalf("%+v", list)
	}
	for _, part := range list[0].Parts {
		if part.Difference.Value > -0.1 {
			t.Errorf("%s: %+v is not that of the best", part.Run, part.Difference)
		}
	}
	what.Best = []string{"topk"}
	if list = pool(t, []*results.Run{one(0.8, 0.9), one(0.9, 0.8)}, what); len(list) != 1 || list[0].Rival != "topk" {
		t.Errorf("one alone: %+v", list)
	}
}

// TestPoolNear: methods are compared at the nearest cost that both reach, if that is near; at equal time, at that which the
// method takes.
func TestPoolNear(t *testing.T) {
	runs := func() (list []*results.Run) {
		for range 2 {
			list = append(list, run(fake{method: "shallow", flops: 0.5, speedup: 2.2, right: 0.8, luck: 0.05},
				fake{method: "threshold", budget: "0.4", flops: 0.4, speedup: 2.5, right: 0.7, luck: 0.05}, fake{method: "threshold", budget: "0.6", flops: 0.6, speedup: 1.5, right: 0.9, luck: 0.05}))
		}
		return list
	}
	p := pool(t, runs(), Pooling{Axes: []Axis{FLOPs}, Costs: []float64{0.475}, Near: Near})[0]
	if p.Cost != 0.475 || p.Parts[0].Cost != 0.5 || math.Abs(p.Mean.Value) > 0.03 { // halfway between 0.7 and 0.9
		t.Errorf("%+v", p)
	}
	if list, left, err := PoolRuns(runs(), []string{"a", "b"}, Pooling{Axes: []Axis{FLOPs}, Costs: []float64{0.475}, Near: 0.02}); err != nil || len(list) != 0 || len(left) != 2 {
		t.Errorf("not near: %+v, %q, %v", list, left, err)
	}
	p = pool(t, runs(), Pooling{Axes: []Axis{Time}, Costs: []float64{0.45}, Near: 0.05})[0]
	if want := 1 / 2.2; math.Abs(p.Parts[0].Cost-want) > 1e-12 { // its time there is 0.467, and shallow's 0.455
		t.Errorf("at the time %v, want %v: %+v", p.Parts[0].Cost, want, p)
	}
}

// TestPoolItself: each seed against the others, of what is compared.
func TestPoolItself(t *testing.T) {
	one := func() *results.Run {
		var list []fake
		for _, f := range []fake{{method: "topk", budget: "0.6", flops: 0.6, right: 0.8}, {method: "threshold", budget: "0.6", flops: 0.6, right: 0.85}} {
			list = append(list, seeds(f, 0.02)...)
		}
		return run(list...)
	}
	list := pool(t, []*results.Run{one(), one()}, Pooling{Axes: []Axis{FLOPs}, Costs: []float64{0.6}, Near: Near, Against: Itself})
	if len(list) != 6 {
		t.Fatalf("%d: %+v", len(list), list)
	}
	for i, want := range []float64{-0.03, 0, 0.03} { // seeds are 0.02 apart, and the others' mean is half as far on the other side
		if p := list[i]; p.Method != "threshold" || math.Abs(p.Mean.Value-want) > 1e-9 || !strings.Contains(p.Rival, "itself, seed ") {
			t.Errorf("%+v, want %v", p, want)
		}
	}
	if said := ItselfSentences(list); len(said) != 1 || !strings.Contains(said[0], "2.4 points (root mean square). Of 6 means over texts, ") {
		t.Errorf("it says %q", said)
	}
	what := Pooling{Axes: []Axis{FLOPs}, Costs: []float64{0.6}, Near: Near, Against: Itself, Best: []string{"other"}}
	if list := pool(t, []*results.Run{one(), one()}, what); len(list) != 3 {
		t.Errorf("threshold alone: %+v", list)
	}
}

// TestPoolUnpruned: what each method loses, whatever the unpruned model costs.
func TestPoolUnpruned(t *testing.T) {
	one := func() *results.Run {
		return run(fake{method: "topk", flops: 0.6, right: 0.8, luck: 0.05}, fake{method: "threshold", budget: "0.5", flops: 0.5, right: 0.7}, fake{method: "threshold", budget: "0.7", flops: 0.7, right: 0.8})
	}
	list := pool(t, []*results.Run{one(), one()}, Pooling{Axes: []Axis{FLOPs}, Costs: []float64{0.6}, Against: Unpruned})
	if len(list) != 2 || list[0].Method != "threshold" || list[1].Method != "topk" || list[0].Rival != results.MethodNone {
		t.Fatalf("%+v", list)
	}
	if got := list[0].Mean.Value; math.Abs(got+0.15) > 1e-9 { // the unpruned model has 0.9
		t.Errorf("threshold differs by %v", got)
	}
	if said := UnprunedSentences(list); len(said) != 1 || !strings.HasPrefix(said[0], "Against the unpruned model: threshold at 0.6 -15.0 points [") {
		t.Errorf("it says %q", said)
	}
}
