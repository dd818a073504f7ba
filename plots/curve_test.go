package plots

import (
	"os"
	"strings"
	"testing"

	"ltpbench/results"
)

func TestCurve(t *testing.T) {
	var plain, colored strings.Builder
	if err := Curve(&plain, points(), results.PaperRatio, results.Accuracy, false); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("testdata/curve.txt", []byte(plain.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile("testdata/curve.txt"); err != nil || string(want) != plain.String() {
		t.Errorf("the curve is not testdata/curve.txt (%v):\n%s", err, plain.String())
	}
	for line := range strings.Lines(plain.String()) {
		if n := len([]rune(line)) - 1; n > 80 {
			t.Errorf("a line of %d columns: %s", n, line)
		}
	}
	if err := Curve(&colored, points(), results.PaperRatio, results.Accuracy, true); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(plain.String(), "\x1b") || !strings.Contains(colored.String(), "\x1b[34mo\x1b[0m") {
		t.Error("colour is where it was not asked for, or isn't where it was")
	}
}

func TestCurveEdges(t *testing.T) {
	for _, tc := range []struct {
		name   string
		points []results.Point
		want   string
	}{
		{"nothing", nil, ""},
		{"other units", []results.Point{sweep("a", "a", results.Value{Unit: results.P50Seconds, Value: 1})}, ""},
		{"one point", []results.Point{sweep("a", "a", results.Value{Unit: results.PaperRatio, Value: 1}, results.Value{Unit: results.Accuracy, Value: 0.5})}, "o a"},
		{"zero", []results.Point{sweep("none", "a", results.Value{Unit: results.PaperRatio, Value: 0}, results.Value{Unit: results.Accuracy, Value: 0})}, "= none"},
		{"apart by rounding", []results.Point{
			sweep("a", "a", results.Value{Unit: results.PaperRatio, Value: 1}, results.Value{Unit: results.Accuracy, Value: 0.5}),
			sweep("a", "b", results.Value{Unit: results.PaperRatio, Value: 1 - 1e-16}, results.Value{Unit: results.Accuracy, Value: 0.5 + 1e-16}),
		}, "o a"},
		{"same place", []results.Point{
			sweep("a", "a", results.Value{Unit: results.PaperRatio, Value: 1}, results.Value{Unit: results.Accuracy, Value: 0.5}),
			sweep("b", "b", results.Value{Unit: results.PaperRatio, Value: 1}, results.Value{Unit: results.Accuracy, Value: 0.5}),
		}, "o a   x b   @ several"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var b strings.Builder
			if err := Curve(&b, tc.points, results.PaperRatio, results.Accuracy, false); err != nil {
				t.Fatal(err)
			}
			if (b.Len() == 0) != (tc.want == "") || !strings.Contains(b.String(), tc.want) {
				t.Errorf("want %q in\n%s", tc.want, b.String())
			}
		})
	}
}

func sweep(method, spec string, values ...results.Value) results.Point {
	return results.Point{Name: "Sweep", Keys: []results.Key{{Name: results.KeyMethod, Value: method}, {Name: results.KeySpec, Value: spec}}, Values: values}
}
