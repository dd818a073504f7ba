package sweep

import (
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/results"
)

// TestShared: a rule that is trained for all lengths is trained once for all budgets, to each of
// which a job of its own brings it.
func TestShared(t *testing.T) {
	p := small(t)
	p.Methods = []string{"topk:start=1", "lengthdrop", "topk:rates"}
	jobs, err := Jobs(p)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, j := range jobs {
		counts[string(j.Kind)+" "+j.Spec.Method]++
		if j.Kind == Train && j.Spec.Method == "lengthdrop:drop" {
			t.Errorf("the series is %s", j.Spec.Method)
		}
	}
	for what, want := range map[string]int{"base ": 2, "train topk:start=1": 4, "train lengthdrop": 2, "fit lengthdrop": 4, "evaluate lengthdrop": 4, "fit topk:start=1": 0,
		"train topk:rates": 0, "search topk:rates": 2, "fit topk:rates": 4, "evaluate topk:rates": 4} {
		if counts[what] != want {
			t.Errorf("%d jobs %s, want %d", counts[what], what, want)
		}
	}
	p.Methods = p.Methods[:2]
	p.Seeds, p.Measure.Rounds = p.Seeds[:1], 1
	dir := sweep(t, p, filepath.Join(t.TempDir(), "run"))
	record := read(t, dir, results.RecordFile)
	for _, budget := range []string{"0.6", "0.8"} {
		if !strings.Contains(record, "method=lengthdrop/spec=lengthdrop:drop=0.") || !strings.Contains(record, "/budget="+budget) {
			t.Errorf("no point of lengthdrop at %s:\n%s", budget, exactLines(record))
		}
	}
}
