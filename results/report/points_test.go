package report

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ltpbench/results"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// values makes values of alternating units and numbers.
func values(pairs ...any) (list []results.Value) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, results.Value{Unit: pairs[i].(string), Value: pairs[i+1].(float64)})
	}
	return list
}

// keys makes keys of alternating names and values.
func keys(pairs ...string) (list []results.Key) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, results.Key{Name: pairs[i], Value: pairs[i+1]})
	}
	return list
}

// sweep are sixteen made-up points that look like a sweep's.
func sweep() []results.Point {
	var out []results.Point
	add := func(method string, budget, flops, accuracy float64) {
		executed := 0.97*flops - 0.01
		if method == "none" {
			executed = 1
		}
		speedup := 1 / (0.1 + 0.9*executed)
		p := results.Point{Name: "Sweep", Procs: 2, Iters: 872, Keys: keys("model", "bert-6x384", "task", "sst2", "method", method, "seed", "1"),
			Values: values(results.Accuracy, accuracy, "accuracy-low", accuracy-0.024, "accuracy-high", accuracy+0.021,
				results.PaperRatio, flops, results.ExecutedRatio, executed, results.TokensPerSecond, math.Round(3000*speedup),
				results.P50Seconds, 0.0085/speedup, results.P95Seconds, 0.0171/speedup)}
		if method != "none" {
			p.Keys = append(p.Keys, results.Key{Name: results.KeyBudget, Value: results.Decimal(budget)})
			p.Values = append(p.Values, values(results.Speedup, speedup, "speedup-low", speedup*0.985, "speedup-high", speedup*1.01, results.Efficiency, speedup*executed)...)
		}
		out = append(out, p)
	}
	add("none", 0, 1, 0.8716)
	for i, a := range []float64{0.8303, 0.8532, 0.8624, 0.8681, 0.8704, 0.8727} {
		add("threshold", []float64{0.35, 0.45, 0.55, 0.65, 0.75, 0.9}[i], 0.352+0.108*float64(i), a)
	}
	for i, a := range []float64{0.8372, 0.8601, 0.8693} {
		add("topk", []float64{0.62, 0.75, 0.9}[i], 0.623+0.138*float64(i), a)
	}
	for i, a := range []float64{0.7924, 0.8257, 0.8486, 0.8601, 0.8670, 0.8693} {
		add("topk:start=1", []float64{0.35, 0.45, 0.55, 0.65, 0.75, 0.9}[i], 0.361+0.107*float64(i), a)
	}
	return out
}
