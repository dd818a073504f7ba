package plots

import (
	"path/filepath"
	"testing"

	"ltpbench/results"
)

// TestBreakdown: each part is its share of the relative time, at its point's FLOPs; other
// methods' points are left out; what has no separate line is added up.
func TestBreakdown(t *testing.T) {
	add := func(method string, ratio, speedup, product, idle, norm, gather float64) results.Point {
		return results.Point{Name: "Breakdown", Keys: []results.Key{{Name: results.KeyMethod, Value: method}}, Values: []results.Value{
			{Unit: results.ExecutedRatio, Value: ratio}, {Unit: results.Speedup, Value: speedup},
			{Unit: "product-share", Value: product}, {Unit: "idle-share", Value: idle}, {Unit: "norm-share", Value: norm}, {Unit: "gather-share", Value: gather},
		}}
	}
	points := []results.Point{
		add("none", 1, 1, 0.9, 0.05, 0.03, 0.02), add("threshold", 0.5, 1.6, 0.8, 0.16, 0.02, 0.02), add("topk", 0.25, 3, 0.7, 0.2, 0.05, 0.05),
	}
	f, err := Breakdown(title, "threshold", points)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][2]float64{ // at the threshold's point and without pruning
		"all": {0.625, 1}, "product": {0.5, 0.9}, "idle": {0.1, 0.05}, "norm, selection, gather": {0.025, 0.05},
	}
	if len(f.series) != len(want) {
		t.Fatalf("%d lines, want %d", len(f.series), len(want))
	}
	for _, s := range f.series {
		y, ok := want[s.name]
		if !ok || len(s.at) != 2 || s.at[0].x.value != 0.5 || s.at[1].x.value != 1 || !near(s.at[0].y.value, y[0]) || !near(s.at[1].y.value, y[1]) {
			t.Errorf("%s: %+v, want %v at 0.5 and 1", s.name, s.at, y)
		}
	}
	if err := f.Save(filepath.Join(t.TempDir(), "breakdown.svg")); err != nil {
		t.Error(err)
	}
	if _, err := Breakdown(title, "random", nil); err == nil {
		t.Error("nothing to draw is no error")
	}
}

func near(x, y float64) bool { return x-y < 1e-12 && y-x < 1e-12 }
