package results

import (
	"strings"
	"testing"
)

func TestCurve(t *testing.T) {
	var plain, colored strings.Builder
	if err := Curve(&plain, curvePoints(), PaperRatio, Accuracy, false); err != nil {
		t.Fatal(err)
	}
	golden(t, "curve.txt", plain.String())
	for line := range strings.Lines(plain.String()) {
		if n := len([]rune(line)) - 1; n > 80 {
			t.Errorf("a line of %d columns: %s", n, line)
		}
	}
	if err := Curve(&colored, curvePoints(), PaperRatio, Accuracy, true); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(plain.String(), "\x1b") || !strings.Contains(colored.String(), "\x1b[34mo\x1b[0m") {
		t.Error("colour is where it was not asked for, or isn't where it was")
	}
}

func TestCurveEdges(t *testing.T) {
	for _, tc := range []struct {
		name   string
		points []Point
		want   string
	}{
		{"nothing", nil, ""},
		{"other units", []Point{sweep("a", "a", Value{P50Seconds, 1})}, ""},
		{"one point", []Point{sweep("a", "a", Value{PaperRatio, 1}, Value{Accuracy, 0.5})}, "o a"},
		{"zero", []Point{sweep("none", "a", Value{PaperRatio, 0}, Value{Accuracy, 0})}, "= none"},
		{"apart by rounding", []Point{
			sweep("a", "a", Value{PaperRatio, 1}, Value{Accuracy, 0.5}),
			sweep("a", "b", Value{PaperRatio, 1 - 1e-16}, Value{Accuracy, 0.5 + 1e-16}),
		}, "o a"},
		{"same place", []Point{
			sweep("a", "a", Value{PaperRatio, 1}, Value{Accuracy, 0.5}),
			sweep("b", "b", Value{PaperRatio, 1}, Value{Accuracy, 0.5}),
		}, "o a   x b   @ several"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var b strings.Builder
			if err := Curve(&b, tc.points, PaperRatio, Accuracy, false); err != nil {
				t.Fatal(err)
			}
			if (b.Len() == 0) != (tc.want == "") || !strings.Contains(b.String(), tc.want) {
				t.Errorf("want %q in\n%s", tc.want, b.String())
			}
		})
	}
}
