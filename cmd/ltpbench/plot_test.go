package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/bench/eval"
)

// addPredictions writes predictions beside a record of runOf: 100 examples of 5 to 44 tokens,
// two layers, and of each ten examples so many right as the seed says.
func addPredictions(t *testing.T, dir string, tokens bool) {
	t.Helper()
	var b bytes.Buffer
	for _, p := range []struct {
		point string
		right int
		kept  float64
	}{
		{"method=none/spec=none/seed=1/tuned=yes-2", 9, 1}, {"method=none/spec=none/seed=2/tuned=yes-2", 8, 1},
		{"method=topk/spec=topk:rate=0.5/budget=0.5/seed=1/tuned=no-2", 7, 0.5}, {"method=topk/spec=topk:rate=0.5/budget=0.5/seed=2/tuned=no-2", 8, 0.5},
	} {
		for i := range 100 {
			n := 5 + i*7%40
			line := map[string]any{"point": "Sweep/" + p.point, "example": i, "label": 1, "prediction": 1, "logits": []float64{0, 1}, "kept": []int{n, max(1, int(p.kept*float64(n)))}}
			if i%10 >= p.right {
				line["prediction"] = 0
			}
			if tokens {
				line["tokens"] = n
			}
			if err := json.NewEncoder(&b).Encode(line); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "predictions.jsonl"), b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestPlot(t *testing.T) {
	dir := t.TempDir()
	a, b, bare := runOf(t, filepath.Join(dir, "all", "a"), "m"), runOf(t, filepath.Join(dir, "all", "b"), "n"), runOf(t, filepath.Join(dir, "bare"), "m")
	addPredictions(t, a, true)
	addPredictions(t, b, true)
	addPredictions(t, bare, false)
	five := func(folder string, metric string, endings ...string) (files []string) {
		for _, name := range []string{metric + "-flops", metric + "-time", "speedup-flops", "accuracy-length", "kept-layer"} {
			for _, ending := range endings {
				files = append(files, filepath.Join(folder, name+ending))
			}
		}
		return files
	}
	out := filepath.Join(dir, "out")
	for _, c := range []struct {
		args []string
		want []string
		err  string // a part of what is said on stderr
	}{
		{[]string{a}, five(a, "accuracy", ".png", ".svg"), ""},
		{[]string{filepath.Join(a, "sweep.txt"), "--format", "pdf", "--metric", "f1", "-o", out}, five(out, "f1", ".pdf"), ""},
		{[]string{filepath.Dir(a), "--format", "svg", "-o", out}, append(five(filepath.Join(out, "a"), "accuracy", ".svg"), five(filepath.Join(out, "b"), "accuracy", ".svg")...), ""},
		{[]string{a, "--figure", "layer", "-o", filepath.Join(out, "one.PNG")}, []string{filepath.Join(out, "one.PNG")}, ""},
		{[]string{a, "--x", "executed-ratio", "--format", "svg", "-o", out}, []string{filepath.Join(out, "accuracy-executed-ratio.svg")}, ""},
		{[]string{bare, "--format", "svg"}, five(bare, "accuracy", ".svg")[:3], "no figure length"},
	} {
		args := append([]string{"plot"}, c.args...)
		code, got, err := call(args...)
		if code != 0 || c.err == "" && err != "" || !strings.Contains(err, c.err) {
			t.Errorf("%q: exit %d: %s", args, code, err)
		}
		if want := strings.Join(c.want, "\n") + "\n"; got != want {
			t.Errorf("%q names\n%s, want\n%s", args, got, want)
		}
		for _, file := range c.want {
			if info, err := os.Stat(file); err != nil || info.Size() < 1000 {
				t.Errorf("%q: %s is not a figure: %v", args, file, err)
			}
		}
	}
	svg, err := os.ReadFile(filepath.Join(a, "accuracy-flops.svg"))
	if err != nil || !bytes.Contains(svg, []byte("topk, not fine-tuned")) || !bytes.Contains(svg, []byte("Pareto front")) {
		t.Errorf("the figure does not say what it shows: %v", err)
	}
}

func TestPlotErrors(t *testing.T) {
	dir := t.TempDir()
	a := runOf(t, filepath.Join(dir, "a"), "m")
	runOf(t, filepath.Join(dir, "b"), "n")
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{a + " --figure pie", 2, "flops"},
		{a + " --format gif", 2, "pdf"},
		{a + " -o " + dir + "/x.png", 2, "--figure"},
		{dir + " --figure flops -o " + dir + "/x.png", 2, "2 runs"},
		{a + " --figure layer", 1, "figure layer: no point has the tokens kept per layer"},
		{a + " --metric pearson", 1, "no point has pearson: choose one of accuracy"},
		{a + " --x p50-sec", 1, "no point has both p50-sec and accuracy"},
		{a + " -o " + a + "/sweep.txt/x", 1, "cannot be written: not a directory: name a file in an existing folder"},
		{filepath.Join(dir, "none"), 1, "no such file"},
	} {
		code, out, err := call(append([]string{"plot"}, strings.Fields(c.args)...)...)
		if code != c.code || !strings.Contains(err, c.want) || out != "" {
			t.Errorf("plot %s: exit %d, %q and %q, want exit %d and %q", c.args, code, out, err, c.code, c.want)
		}
	}
	if list, _ := filepath.Glob(filepath.Join(dir, "*.png")); len(list) > 0 {
		t.Errorf("files are left: %v", list)
	}
}

// Classes of lengths hold each example once, none is small, and equal lengths stay together.
func TestByLength(t *testing.T) {
	dir := runOf(t, t.TempDir(), "m")
	addPredictions(t, dir, true)
	var o bytes.Buffer
	runs, err := openRuns(&output{out: &o, err: &o}, []string{dir})
	if err != nil {
		t.Fatal(err)
	}
	each, merged, err := rows(runs[0], "Sweep", "")
	if err != nil {
		t.Fatal(err)
	}
	unit, points, err := eval.ByLength(runs[0], merged, each)
	if err != nil {
		t.Fatal(err)
	}
	examples, got := 0, ""
	for _, p := range points {
		if p.Key("method") == "topk" {
			examples += p.Iters
			got += fmt.Sprintf("%s:%d ", p.Key("tokens"), p.Iters)
		}
		if v, ok := p.Value(unit); !ok || v < 0.6 || v > 0.95 {
			t.Errorf("%s: %s is %v", p.Key("tokens"), unit, v)
		}
	}
	if unit != "accuracy" || examples != 100 || got != "5-16:31 17-28:30 29-44:39 " {
		t.Errorf("%s of %d examples in %s", unit, examples, got)
	}
}

// TestPlotWhere: only selected points are drawn.
func TestPlotWhere(t *testing.T) {
	dir := t.TempDir()
	code, _, err := call("plot", study, "--figure", "layer", "--where", "/method:/^thresh/", "--format", "svg", "-o", dir)
	if code != 0 || err != "" {
		t.Fatalf("exit %d: %s", code, err)
	}
	if got := read(t, filepath.Join(dir, "kept-layer.svg")); !strings.Contains(got, "threshold at 0.50x") || strings.Contains(got, "topk") {
		t.Error("the figure has other points than those selected")
	}
	if code, _, err := call("plot", study, "--where", "/method:none-such", "-o", dir); code != 1 || !strings.Contains(err, "--where") {
		t.Errorf("nothing selected: exit %d: %s", code, err)
	}
}
