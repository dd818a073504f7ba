package plots

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/plot/cmpimg"

	"ltpbench/results"
)

var update = flag.Bool("update", false, "write the golden files anew")

// points are made up, but look like a sweep of a small model.
func points() []results.Point {
	var out []results.Point
	add := func(method string, flops, accuracy float64) {
		speedup := 1 / (0.12 + 0.88*flops)
		p := results.Point{Name: "Sweep", Keys: []results.Key{{Name: results.KeyMethod, Value: method}}}
		for _, v := range []struct {
			unit  string
			value float64
		}{
			{results.Accuracy, accuracy}, {"accuracy-low", accuracy - 0.024}, {"accuracy-high", accuracy + 0.021},
			{results.PaperRatio, flops}, {results.Speedup, speedup}, {"speedup-low", 0.985 * speedup}, {"speedup-high", 1.01 * speedup},
		} {
			p.Values = append(p.Values, results.Value{Unit: v.unit, Value: v.value})
		}
		out = append(out, p)
	}
	add("none", 1, 0.8716)
	for i, a := range []float64{0.8303, 0.8532, 0.8624, 0.8681, 0.8704, 0.8727} {
		add("threshold", 0.352+0.108*float64(i), a)
	}
	for i, a := range []float64{0.7924, 0.8257, 0.8486, 0.8601, 0.8670, 0.8693} {
		add("topk:start=1", 0.361+0.107*float64(i), a)
	}
	for i, a := range []float64{0.8372, 0.8601, 0.8693} {
		add("topk", 0.623+0.138*float64(i), a)
	}
	return out
}

func flops() Figure {
	return Figure{"bert-6x384 on sst2, 872 examples, seed 1", results.PaperRatio, results.Accuracy, points()}
}

func relativeTime() Figure {
	f := flops()
	f.X = results.Speedup
	return f
}

// save returns the bytes of a figure.
func save(t *testing.T, f Figure, ext string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "figure"+ext)
	if err := f.Save(path); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The pictures are looked at before they are committed: go test -update.
func TestGolden(t *testing.T) {
	many := flops()
	many.Title = "nine methods"
	for i := range 9 {
		p := points()[i+1]
		p.Keys = []results.Key{{Name: results.KeyMethod, Value: fmt.Sprintf("%c:keep=0.5,seed=1", 'a'+i)}}
		many.Points = append(many.Points, p)
	}
	for _, tc := range []struct {
		name   string
		figure Figure
		ext    string
	}{
		{"flops", flops(), ".png"},
		{"time", relativeTime(), ".svg"},
		{"many", many, ".svg"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join("testdata", tc.name+tc.ext)
			got := save(t, tc.figure, tc.ext)
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			// A rim of a letter may differ by a shade between processors.
			if ok, err := cmpimg.EqualApprox(tc.ext[1:], got, want, 0.05); err != nil || !ok {
				t.Errorf("%s differs (%v); look at it and run go test -update", path, err)
			}
		})
	}
}

// A comparison that sees nothing would let every picture pass.
func TestGoldenSeesAChange(t *testing.T) {
	f := flops()
	f.Points[3].Values[0].Value += 0.01
	for _, ext := range []string{".png", ".svg"} {
		if ok, err := cmpimg.EqualApprox(ext[1:], save(t, flops(), ext), save(t, f, ext), 0.05); err != nil || ok {
			t.Errorf("%s: a point that moved is not seen (%v)", ext, err)
		}
	}
}

func TestSameBytes(t *testing.T) {
	for _, ext := range []string{".png", ".svg", ".pdf"} {
		first := save(t, relativeTime(), ext)
		for range 3 {
			if !bytes.Equal(first, save(t, relativeTime(), ext)) {
				t.Errorf("%s: the same points give other bytes", ext)
			}
		}
	}
	if pdf := save(t, flops(), ".pdf"); bytes.Count(pdf, []byte("Date (D:20000101000000)")) != 2 {
		t.Error("the PDF has the hour of its making in it")
	}
}

func TestSaveErrors(t *testing.T) {
	dir := t.TempDir()
	nothing := flops()
	nothing.Points = nil
	lacking := flops()
	lacking.Y = results.Pearson
	for _, tc := range []struct {
		name   string
		figure Figure
		path   string
		want   string
	}{
		{"format", flops(), filepath.Join(dir, "a.gif"), `".gif"; there are .png, .svg and .pdf`},
		{"no points", nothing, filepath.Join(dir, "a.png"), "no point has both paper-ratio and accuracy"},
		{"no unit", lacking, filepath.Join(dir, "a.png"), "no point has both paper-ratio and pearson"},
		{"no folder", flops(), filepath.Join(dir, "none", "a.svg"), "no such file"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := tc.figure.Save(tc.path)
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), filepath.Dir(tc.path)) {
				t.Errorf("error %v, want %q and the path", err, tc.want)
			}
		})
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
}

// Odd data still give a picture.
func TestEdges(t *testing.T) {
	one := points()[2]
	near := one
	near.Values = append([]results.Value{{Unit: results.PaperRatio, Value: 0.46 + 1e-16}}, one.Values...)
	bare := results.Point{Name: "Sweep", Values: []results.Value{{Unit: results.PaperRatio, Value: 0}, {Unit: results.Accuracy, Value: 0}}}
	for _, tc := range []struct {
		name   string
		points []results.Point
	}{
		{"one point", []results.Point{one}},
		{"no pruning only", points()[:1]},
		{"the same place", []results.Point{one, one, one}},
		{"apart by rounding", []results.Point{one, near}},
		{"zero, no keys, no interval", []results.Point{bare}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := Figure{X: results.PaperRatio, Y: results.Accuracy, Points: tc.points}
			if svg := save(t, f, ".svg"); bytes.Contains(svg, []byte("NaN")) || bytes.Contains(svg, []byte("Inf")) {
				t.Errorf("not a number in the picture:\n%s", svg)
			}
		})
	}
}

func TestTitle(t *testing.T) {
	keys := func(pairs ...string) (out []results.Key) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, results.Key{Name: pairs[i], Value: pairs[i+1]})
		}
		return out
	}
	for _, tc := range []struct {
		record results.Record
		want   string
	}{
		{results.Record{}, ""},
		{results.Record{Config: keys("model", "m", "task", "t", "examples", "872", "seed", "1")}, "m on t, 872 examples, seed 1"},
		{results.Record{Config: keys("examples", "9"), Points: []results.Point{{Keys: keys("model", "m")}}}, "m, 9 examples"},
		{results.Record{Config: keys("seed", "3")}, "seed 3"},
	} {
		if got := Title(&tc.record); got != tc.want {
			t.Errorf("title %q, want %q", got, tc.want)
		}
	}
}
