package report

import (
	"strings"
	"testing"

	"ltpbench/results"
)

func TestFilter(t *testing.T) {
	record := &results.Record{Path: "sweep.txt", Config: keys("model", "m", "cpu", "EPYC 9")}
	points := sweep()
	for filter, want := range map[string]int{
		"/method:none": 1, "/method:/topk/": 9, "/method:topk": 3, `/method:"topk:start=1" AND /budget:(0.35 OR 0.45)`: 2, "-/method:none": 15, "*": 16,
		`cpu:"EPYC 9"`: 16, "/budget:0.75 model:m": 3, ".unit:speedup": 15,
	} {
		f, err := NewFilter(filter)
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.Select(record, points)
		if err != nil || len(got) != want {
			t.Errorf("%s selects %d points, want %d; %v", filter, len(got), want, err)
		}
	}
	f, err := NewFilter(".unit:accuracy")
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Select(record, points)
	if err != nil || len(got) != 16 || len(got[1].Values) != 1 || len(points[1].Values) < 8 {
		t.Errorf("a unit alone: %v, %v; the points have %d values", got[1].Values, err, len(points[1].Values))
	}
	for _, filter := range []string{"/methods:topk", "/method:other", "-/methods:topk", "/method:topk OR (/mehtod:none)"} {
		f, err = NewFilter(filter)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Select(record, points); err == nil || !strings.Contains(err.Error(), "/method, /seed, /budget") || !strings.Contains(err.Error(), "cpu") {
			t.Errorf("%s fits nothing, or asks for a key that is not there: %v", filter, err)
		}
	}
	if _, err := NewFilter("(/method:topk"); err == nil {
		t.Error("a filter without its end is taken")
	}
}

func TestProjection(t *testing.T) {
	record := &results.Record{Path: "sweep.txt", Config: keys("cpu", "EPYC")}
	p, err := NewProjection("cpu,/budget@num")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Add(record, sweep()); err != nil {
		t.Fatal(err)
	}
	points, by, err := p.Points()
	if err != nil {
		t.Fatal(err)
	}
	if len(points) != 16 || strings.Join(by, " ") != "cpu budget" {
		t.Fatalf("%d points by %s", len(points), by)
	}
	var budgets []string
	for i := range points {
		if b := points[i].Key("budget"); len(budgets) == 0 || budgets[len(budgets)-1] != b {
			budgets = append(budgets, b)
		}
		if points[i].Key("cpu") != "EPYC" {
			t.Errorf("%v has no key cpu", points[i].Keys)
		}
	}
	if got := strings.Join(budgets, " "); strings.TrimSpace(got) != "0.35 0.45 0.55 0.62 0.65 0.75 0.9" {
		t.Errorf("budgets in the order %q", got)
	}
	r := New(points, Options{Metrics: []string{results.Accuracy}, By: by})
	if r.Columns[0].Key != "cpu" || r.Columns[1].Key != "budget" || r.Columns[2].Key != "method" && r.Columns[2].For == Everyone {
		t.Errorf("columns %+v", r.Columns[:4])
	}
	unknown, err := NewProjection("/bugdet")
	if err != nil {
		t.Fatal(err)
	}
	if err := unknown.Add(record, sweep()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := unknown.Points(); err == nil || !strings.Contains(err.Error(), `"/bugdet"; there are /budget, `) {
		t.Errorf("a key that nothing has: %v", err)
	}
	for _, bad := range []string{".config", ".unit", "/budget@", "a,,b"} {
		if _, err := NewProjection(bad); err == nil {
			t.Errorf("the projection %q is taken", bad)
		}
	}
}
