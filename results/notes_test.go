package results

import (
	"strings"
	"testing"
)

func TestNotes(t *testing.T) {
	point := func(method, tuned string, speedup, low, high float64) Point {
		return Point{Keys: []Key{{KeyMethod, method}, {KeyTuned, tuned}}, Values: []Value{{Speedup, speedup}, {"speedup-low", low}, {"speedup-high", high}}}
	}
	points := []Point{
		point("none", "no", 1, 0.99, 1.01),
		point("topk", "yes", 2, 1.95, 2.05),
		point("topk", "no", 2, 1.95, 2.05),
		point("topk", "yes", 2, 1.95, 2.2),
		point("topk", "no", 2, 1.8, 2.05),
	}
	var cells []string
	for _, p := range points {
		cells = append(cells, Columns(Accuracy)[0].Cell(&p))
	}
	if got := strings.Join(cells, ", "); got != "none, topk, topk *, topk †, topk *†" {
		t.Errorf("cells %s", got)
	}
	for n, want := range []string{"", "", "", "* not fine-tuned", "* not fine-tuned† noisy"} {
		got := ""
		for _, line := range Notes(points[:n]) {
			got += strings.SplitN(line, ":", 2)[0]
		}
		if got != want {
			t.Errorf("notes of the first %d: %q, want %q", n, got, want)
		}
	}
	r := &Record{Points: points}
	if got := r.Memory(); got != "" {
		t.Errorf("memory %q that was not measured", got)
	}
	r.Points = append(r.Points, Point{Name: "Run", Values: []Value{{PeakBytes, 300 << 20}}})
	if got := r.Memory(); got != "peak memory of the whole run: 300 MiB" {
		t.Errorf("memory %q", got)
	}
	if got := Notes(points[3:4]); len(got) != 1 || !strings.Contains(got[0], "--rounds") {
		t.Errorf("notes %q, want the noise and its cure", got)
	}
}

// A mean over seeds is noisy if the rounds of one of them are, however far apart they lie.
func TestNoisySeeds(t *testing.T) {
	far := seeded("topk", "0.5", "topk", "1", Value{Speedup, 3}, Value{"speedup-low", 2.95}, Value{"speedup-high", 3.05})
	quiet := seeded("topk", "0.5", "topk", "2", Value{Speedup, 1.5}, Value{"speedup-low", 1.45}, Value{"speedup-high", 1.55})
	loud := seeded("topk", "0.5", "topk", "2", Value{Speedup, 1.5}, Value{"speedup-low", 1}, Value{"speedup-high", 2})
	wide := func(string, []Point) (float64, float64, bool) { return 0, 9, true }
	for _, tc := range []struct {
		seeds []Point
		want  string
	}{{[]Point{far, quiet}, ""}, {[]Point{far, loud}, "†"}} {
		merged := MergeSeeds(tc.seeds, wide)[0]
		if got := marks(&merged); got != tc.want {
			t.Errorf("marks %q, want %q", got, tc.want)
		}
		if n := len(SeedsOf(&merged, tc.seeds)); n != 2 {
			t.Errorf("a row with marks %q is of %d seeds, want 2", tc.want, n)
		}
	}
}
