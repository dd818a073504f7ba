package plots

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
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
			{results.PaperRatio, flops}, {results.ExecutedRatio, 0.03 + 0.97*flops}, {results.Speedup, speedup}, {"speedup-low", 0.985 * speedup}, {"speedup-high", 1.01 * speedup},
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

const title = "bert-6x384 on sst2, 872 examples, seed 1"

// must is for figures of points that surely give one.
func must(f Figure, err error) Figure {
	if err != nil {
		panic(err)
	}
	return f
}

func flops() Figure { return must(Tradeoff(title, results.PaperRatio, results.Accuracy, points())) }
func hours() Figure { return must(Tradeoff(title, results.Speedup, results.Accuracy, points())) }

// lengths are classes of lengths of three points.
func lengths() Figure {
	var out []results.Point
	for _, at := range []int{0, 2, 9} {
		p := points()[at]
		for i, tokens := range []float64{9.5, 17, 24, 33, 48} {
			q, down := p, 0.012*float64(i*i)*float64(at%5)/4
			q.Values = []results.Value{{Unit: results.Tokens, Value: tokens}}
			for _, v := range p.Values {
				if v.Unit == results.Accuracy || v.Unit == "accuracy-low" || v.Unit == "accuracy-high" {
					v.Value -= down
				}
				q.Values = append(q.Values, v)
			}
			out = append(out, q)
		}
	}
	return must(Lengths(title, results.Accuracy, out))
}

// kept is what two points keep, a narrow spread and a wide one.
func kept() Figure {
	shares := func(at int, width float64) Shares {
		s := Shares{Point: points()[at], Layers: make([][]float64, 6)}
		for layer := range s.Layers {
			middle := 1 - 0.17*float64(layer)
			for i := range 101 {
				away := float64(i-50) / 50
				s.Layers[layer] = append(s.Layers[layer], min(1, max(0.02, middle+width*float64(layer)*away*away*away)))
			}
		}
		return s
	}
	return must(Kept(title, []Shares{shares(8, 0.01), shares(2, 0.06)}))
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

// The figures are looked at before they are committed: go test -update.
func TestGolden(t *testing.T) {
	more := points()
	for i := range 9 {
		p := points()[i+1]
		p.Keys = []results.Key{{Name: results.KeyMethod, Value: fmt.Sprintf("%c:keep=0.5,seed=1", 'a'+i)}}
		more = append(more, p)
	}
	loose := points()
	for i := range loose {
		loose[i].Keys = append(loose[i].Keys, results.Key{Name: results.KeyTuned, Value: "no"})
	}
	for _, tc := range []struct {
		name   string
		figure Figure
		ext    string
	}{
		{"flops", flops(), ".png"},
		{"time", hours(), ".svg"},
		{"many", must(Tradeoff("nine methods", results.PaperRatio, results.Accuracy, more)), ".svg"},
		{"untuned", must(Tradeoff(title, results.ExecutedRatio, results.Accuracy, loose)), ".png"},
		{"speedup", must(Speedups(title, points())), ".png"},
		{"length", lengths(), ".png"},
		{"layer", kept(), ".png"},
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

// A comparison that sees nothing would let every figure pass.
func TestGoldenSeesAChange(t *testing.T) {
	moved := points()
	moved[3].Values[0].Value += 0.01
	f := must(Tradeoff(title, results.PaperRatio, results.Accuracy, moved))
	for _, ext := range []string{".png", ".svg"} {
		if ok, err := cmpimg.EqualApprox(ext[1:], save(t, flops(), ext), save(t, f, ext), 0.05); err != nil || ok {
			t.Errorf("%s: a point that moved is not seen (%v)", ext, err)
		}
	}
}

func TestSameBytes(t *testing.T) {
	for _, ext := range []string{".png", ".svg", ".pdf"} {
		for _, figure := range []func() Figure{hours, lengths, kept} {
			first := save(t, figure(), ext)
			for range 2 {
				if !bytes.Equal(first, save(t, figure(), ext)) {
					t.Errorf("%s: the same points give other bytes", ext)
				}
			}
		}
	}
	if pdf := save(t, flops(), ".pdf"); bytes.Count(pdf, []byte("Date (D:20000101000000)")) != 2 {
		t.Error("the PDF has the hour of its making in it")
	}
}

func TestErrors(t *testing.T) {
	second := func(_ Figure, err error) error { return err }
	dir := t.TempDir()
	bare := []results.Point{{Name: "Sweep"}}
	for _, tc := range []struct {
		err  error
		want string
	}{
		{flops().Save(filepath.Join(dir, "a.gif")), filepath.Join(dir, "a.gif") + `: no figure format has the extension ".gif": choose one of .png, .svg, .pdf`},
		{flops().Save(filepath.Join(dir, "none", "a.svg")), "no such file"},
		{second(Tradeoff("", results.PaperRatio, results.Accuracy, nil)), "no point has both paper-ratio and accuracy"},
		{second(Tradeoff("", results.PaperRatio, results.Pearson, points())), "no point has both paper-ratio and pearson"},
		{second(Speedups("", bare)), "no point has both executed-ratio and speedup"},
		{second(Lengths("", results.Accuracy, points())), "no point has both tokens/example and accuracy"},
		{second(Kept("", nil)), "nothing to draw"},
		{second(Kept("", []Shares{{Point: bare[0]}})), "nothing to draw"},
		{second(Kept("", []Shares{{Point: bare[0], Layers: [][]float64{{1}, {}}}})), "a layer has no examples"},
	} {
		if tc.err == nil || !strings.Contains(tc.err.Error(), tc.want) {
			t.Errorf("error %v, want %q", tc.err, tc.want)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
}

func TestFront(t *testing.T) {
	place := func(x, y float64) at { return at{x: span{x, x, x}, y: span{y, y, y}} }
	for _, tc := range []struct {
		at   []at
		want string
	}{
		{nil, "[]"},
		{[]at{place(1, 5)}, "[[1 5]]"},
		{[]at{place(3, 6), place(1, 5), place(2, 4)}, "[[1 5] [3 5] [3 6]]"},
		{[]at{place(1, 5), place(1, 7), place(2, 7)}, "[[1 7]]"},
	} {
		if got := fmt.Sprint(front([]series{{at: tc.at}})); got != tc.want {
			t.Errorf("front of %v is %s, want %s", tc.at, got, tc.want)
		}
	}
}

func TestRelativeTime(t *testing.T) {
	point := func(method string, values ...results.Value) *results.Point {
		return &results.Point{Keys: []results.Key{{Name: results.KeyMethod, Value: method}}, Values: values}
	}
	low, high := results.Value{Unit: "speedup-low", Value: 1}, results.Value{Unit: "speedup-high", Value: 4}
	for _, tc := range []struct {
		point *results.Point
		want  string
	}{
		{point("topk", results.Value{Unit: results.Speedup, Value: 2}, low, high), "{0.25 0.5 1} true"},
		{point("topk", results.Value{Unit: results.Speedup, Value: 2}, results.Value{Unit: "speedup-low", Value: -1}, high), "{0.5 0.5 0.5} true"},
		{point("topk", results.Value{Unit: results.Speedup, Value: 2}), "{0.5 0.5 0.5} true"},
		{point("none", results.Value{Unit: results.TokensPerSecond, Value: 9}), "{1 1 1} true"},
		{point("none"), " false"}, // not timed
		{point("topk"), " false"},
	} {
		s, ok := relativeTime(tc.point)
		if got := fmt.Sprint(s, ok); got != tc.want && (ok || !strings.HasSuffix(got, tc.want)) {
			t.Errorf("%v lies at %s, want %s", tc.point.Values, got, tc.want)
		}
	}
}

// The density is that of the values, within 0 to 100, and one value is its own middle.
func TestEstimate(t *testing.T) {
	for _, values := range [][]float64{{0}, {100}, {50}, {0, 100}, {30, 30, 31, 90}, {99.9, 100, 120, -4}} {
		density, low, step := estimate(values)
		high := low + step*float64(len(density)-1)
		if low < 0 || high > 100+1e-9 || step <= 0 {
			t.Errorf("%v: from %v to %v in steps of %v", values, low, high, step)
		}
		if i := slices.Index(density, slices.Max(density)); !(math.Abs(low+step*float64(i)-values[0]) <= 2) {
			t.Errorf("%v: densest at %v", values, low+step*float64(i))
		}
	}
}

// Unusual data still give a figure.
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
			f := must(Tradeoff("", results.PaperRatio, results.Accuracy, tc.points))
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
		{results.Record{Config: keys("seeds", "2")}, "seed 2"},
		{results.Record{Config: keys("model", "m", "seeds", "1 2 5")}, "m, 3 seeds"},
	} {
		if got := Title(&tc.record); got != tc.want {
			t.Errorf("title %q, want %q", got, tc.want)
		}
	}
}
