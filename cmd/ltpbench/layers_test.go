package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestLayers: tokens kept per layer are those of the predictions, and what rules have learned is in the record.
func TestLayers(t *testing.T) {
	table := func(args ...string) []string {
		code, out, err := call(append([]string{"table", "--lines", "layer", "--format", "csv"}, args...)...)
		if code != 0 || err != "" {
			t.Fatalf("%v: exit %d: %s", args, code, err)
		}
		return strings.Split(strings.TrimSpace(out), "\n")
	}
	whole := table(study)
	if len(whole) != 1+6 || whole[0] != "run,method,budget,of,layer-0,layer-1,layer-2,layer-3,layer-4,layer-5" || whole[1] != "mrpc-minilm,threshold,0.5,% kept,100.0,100.0,59.0,2.8,2.0,2.0" {
		t.Errorf("%q", whole)
	}
	seeds := table(study, "--each-seed", "--where", "/budget:0.5 AND /method:threshold")
	if len(seeds) != 1+3 || seeds[1] == seeds[2] || !strings.HasPrefix(seeds[1], "mrpc-minilm,threshold,0.5,2,% kept,100.0,") {
		t.Errorf("%q", seeds)
	}
	dir := filepath.Join(t.TempDir(), "made")
	runOf(t, dir, "m")
	file := filepath.Join(dir, "sweep.txt")
	write(t, file, read(t, file)+"BenchmarkSweep/method=threshold/spec=threshold:theta=learned/budget=0.5/seed=1/tuned=yes-2 100 0.7 accuracy 0.5 paper-ratio 0 learned-theta-0 0.25 learned-theta-1\n"+
		"BenchmarkSweep/method=threshold/spec=threshold:theta=learned/budget=0.5/seed=2/tuned=yes-2 100 0.7 accuracy 0.5 paper-ratio 0 learned-theta-0 0.75 learned-theta-1\n")
	if got := table(dir); len(got) != 2 || got[1] != "made,threshold,0.5,theta,0,0.5" {
		t.Errorf("%q", got)
	}
	if code, _, err := call("table", "--lines", "layer", runOf(t, filepath.Join(t.TempDir(), "bare"), "m")); code != 1 || !strings.Contains(err, "in the predictions") {
		t.Errorf("no predictions: exit %d: %s", code, err)
	}
}
