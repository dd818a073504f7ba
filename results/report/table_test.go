package report

import (
	"fmt"
	"strings"
	"testing"

	"ltpbench/results"
)

// titles returns the headings for an audience.
func titles(r *Report, a Audience) string {
	var list []string
	for _, c := range r.Select(a).Columns {
		list = append(list, oneLine(c.Title))
	}
	return strings.Join(list, ", ")
}

func TestCells(t *testing.T) {
	p := results.Point{Name: "Sweep", Keys: keys("method", "a", "spec", "b|c"), Values: values(results.Pearson, 0.8434, "pearson-low", 0.81, "pearson-high", 0.87, results.P50Seconds, 0.00514)}
	r := New([]results.Point{p}, Options{Metrics: []string{results.Pearson}}).Select(People)
	var got []string
	for i, cell := range r.Rows[0] {
		got = append(got, cell.Format(r.Columns[i].Unit))
	}
	if fmt.Sprintf("%q", got) != `["a" "0.843 [0.810, 0.870]" "5.1"]` || titles(r, People) != "method, pearson [95 %], p50 ms" {
		t.Errorf("cells %q under %s", got, titles(r, People))
	}
}

// Rows that would look alike get the keys by which they differ, and no others.
func TestKeysThatDiffer(t *testing.T) {
	point := func(pairs ...string) results.Point {
		return results.Point{Name: "Sweep", Keys: keys(pairs...), Values: values(results.Accuracy, 0.5)}
	}
	for _, c := range []struct {
		want    string
		several bool
		points  []results.Point
	}{
		{"method, budget", false, []results.Point{point("method", "topk", "spec", "topk:rate=0.2", "budget", "0.5"), point("method", "topk", "spec", "topk:rate=0.3", "budget", "0.6")}},
		{"method, spec", false, []results.Point{point("method", "topk", "spec", "topk:rate=0.2"), point("method", "topk", "spec", "topk:rate=0.3")}},
		{"method, seed", false, []results.Point{point("method", "topk", "spec", "a", "seed", "1"), point("method", "topk", "spec", "b", "seed", "2")}},
		{"method, select", false, []results.Point{point("method", "topk", "select", "host"), point("method", "topk")}},
		{"method, knob", false, []results.Point{point("method", "topk", "knob", "1"), point("method", "topk", "knob", "2")}},
		{"method", false, []results.Point{point("method", "topk", "tuned", "yes"), point("method", "topk", "tuned", "no")}},
		{"run, method", true, []results.Point{point("model", "m", "run", "a", "method", "none"), point("model", "m", "run", "b", "method", "none")}},
		{"model, method", true, []results.Point{point("model", "m", "run", "a", "method", "none"), point("model", "n", "run", "a", "method", "none")}},
	} {
		if got := titles(New(c.points, Options{Several: c.several}), People); got != c.want {
			t.Errorf("columns %s, want %s", got, c.want)
		}
	}
}

func TestDifferences(t *testing.T) {
	record := func(pairs ...string) *results.Record { return &results.Record{Config: keys(pairs...)} }
	got := Differences([]*results.Record{record("model", "m", "cpu", "a", "rounds", "3", "command", "x"), record("model", "n", "cpu", "a", "rounds", "15", "build", "1")})
	if fmt.Sprint(got) != "[rounds build]" {
		t.Errorf("records differ in %v", got)
	}
}

func TestCheckMetric(t *testing.T) {
	if err := CheckMetric(sweep(), results.Accuracy); err != nil {
		t.Error(err)
	}
	if err := CheckMetric(sweep(), results.F1); err == nil || !strings.Contains(err.Error(), "choose one of accuracy, paper-ratio") {
		t.Errorf("a missing metric: %v", err)
	}
}
