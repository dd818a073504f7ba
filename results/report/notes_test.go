package report

import (
	"strings"
	"testing"

	"ltpbench/results"
)

func TestNotes(t *testing.T) {
	point := func(method, tuned string, speedup, low, high float64) results.Point {
		return results.Point{Name: "Sweep", Keys: keys("method", method, "tuned", tuned), Values: values(results.Speedup, speedup, "speedup-low", low, "speedup-high", high)}
	}
	points := []results.Point{
		point("none", "no", 1, 0.99, 1.01),
		point("topk", "yes", 2, 1.95, 2.05),
		point("topk", "no", 2, 1.95, 2.05),
		point("topk", "yes", 2, 1.95, 2.2),
		point("topk", "no", 2, 1.8, 2.05),
	}
	r := New(points, Options{})
	var cells []string
	for _, row := range r.Rows {
		cells = append(cells, row[0].Format(results.Unit{}))
	}
	if got := strings.Join(cells, ", "); got != "none, topk, topk *, topk †, topk *†" {
		t.Errorf("cells %s", got)
	}
	for n, want := range []string{"", "", "", "*", "*†"} {
		got := ""
		for _, note := range New(points[:n], Options{}).Notes {
			got += note.Mark
		}
		if got != want {
			t.Errorf("notes of the first %d: %q, want %q", n, got, want)
		}
	}
	if got := r.Notes[1].Text; !strings.Contains(got, "--rounds") {
		t.Errorf("note %q, want the cure", got)
	}
}
