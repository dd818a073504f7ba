package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/results"
)

// study is a committed run of three seeds.
const study = "../../results/runs/mrpc-minilm"

// cut writes a run for each seed of the study, as sweeps of plans of one seed would have made them, whose lines do not name
// the seed.
func cut(t *testing.T) (parts []string) {
	t.Helper()
	record, plan := read(t, filepath.Join(study, "sweep.txt")), read(t, filepath.Join(study, "plan.toml"))
	predictions, _, err := results.ReadPredictions(filepath.Join(study, "predictions.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	for _, seed := range []string{"1", "2", "3"} {
		dir := filepath.Join(t.TempDir(), "MRPC-seed"+seed)
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		parts = append(parts, dir)
		unseeded := func(name string) (string, bool) {
			before, after, ok := strings.Cut(name, "/seed="+seed+"/")
			return before + "/" + after, ok
		}
		var lines []string
		for _, line := range strings.Split(record, "\n") {
			if own, ok := unseeded(line); ok {
				lines = append(lines, own)
			} else if !strings.Contains(line, "/seed=") {
				lines = append(lines, strings.Replace(line, "seeds: 1 2 3", "seeds: "+seed, 1))
			}
		}
		write(t, filepath.Join(dir, "sweep.txt"), strings.Join(lines, "\n"))
		write(t, filepath.Join(dir, "plan.toml"), strings.Replace(plan, "seeds = [1, 2, 3]", "seeds = ["+seed+"]", 1))
		w, err := results.CreatePredictions(filepath.Join(dir, "predictions.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		var own []results.Prediction
		for _, p := range predictions {
			name, ok := unseeded(p.Point)
			if p.Point = name; ok {
				own = append(own, p)
			}
		}
		if err := w.Add(own); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return parts
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestJoin: the committed study, cut into a run for each seed, is joined to what it was: table and verdict, times included,
// are the same.
func TestJoin(t *testing.T) {
	parts := cut(t)
	joined := filepath.Join(t.TempDir(), "mrpc-minilm")
	code, out, err := call(append([]string{"join", "-o", joined}, parts...)...)
	if code != 0 || err != "" {
		t.Fatalf("exit %d: %s", code, err)
	}
	if want := joined + ": all-MiniLM-L6-v2 on MRPC with cpu, seeds 1 2 3, of MRPC-seed1, MRPC-seed2, MRPC-seed3\n"; out != want {
		t.Errorf("it says %q, want %q", out, want)
	}
	for _, args := range [][]string{{"table"}, {"table", "--format", "csv", "--each-seed"}, {"table", "--lines", "length"}} {
		_, want, _ := call(append(args, study)...)
		code, got, err := call(append(args, joined)...)
		if code != 0 || err != "" || got != want {
			t.Errorf("%v: exit %d %s:\n%s\nwant\n%s", args, code, err, got, want)
		}
	}
	if got := read(t, filepath.Join(joined, "plan.toml")); !strings.Contains(got, "seeds = [1, 2, 3]") {
		t.Errorf("the plan's seeds are not all:\n%s", got)
	}
	runs, bad := results.Open(joined)
	if bad != nil || runs[0].Damage() != nil || runs[0].Get(results.KeyJoined) != "MRPC-seed1, MRPC-seed2, MRPC-seed3" || runs[0].Points[len(runs[0].Points)-1].Name != "Run" {
		t.Errorf("%v, %v, joined %q", bad, runs[0].Damage(), runs[0].Get(results.KeyJoined))
	}
	if code, _, err := call(append([]string{"join", "-o", joined}, parts...)...); code != 1 || !strings.Contains(err, "is not empty") {
		t.Errorf("a folder that is there: exit %d: %s", code, err)
	}
}

// TestJoinUntimed: a run whose timing is not finished adds what is counted, and the times are those of the others.
func TestJoinUntimed(t *testing.T) {
	parts := cut(t)
	for _, i := range []int{0, 2} {
		file := filepath.Join(parts[i], "sweep.txt")
		write(t, file, strings.Replace(read(t, file), "\nBenchmarkRun", "\nBenchmarkWalk", 1))
	}
	joined := filepath.Join(t.TempDir(), "joined")
	code, out, err := call(append([]string{"join", "-o", joined}, parts...)...)
	if code != 0 || !strings.Contains(out, "of MRPC-seed1 (not timed), MRPC-seed2, MRPC-seed3 (not timed)\n") {
		t.Fatalf("exit %d: %s%s", code, out, err)
	}
	code, out, err = call("table", joined, "--where", "/method:/topk/ AND /budget:0.65")
	if code != 0 || !strings.Contains(out, " 3      78.6 [75.0, 82.1] ") || !strings.Contains(out, " 1.45 ") || !strings.Contains(out, "At equal measured time") {
		t.Errorf("exit %d %s:\n%s", code, err, out)
	}
}

// TestJoinRefused: what was not measured alike is not joined, and without times what was measured on several machines is.
func TestJoinRefused(t *testing.T) {
	parts := cut(t)
	sweep := func(i int) string { return filepath.Join(parts[i], "sweep.txt") }
	for _, c := range []struct {
		name, file, old, new string
		args                 []string
		want                 string // of the error; empty: it is joined
	}{
		{name: "seed", file: sweep(1), old: "seeds: 2", new: "seeds: 1", want: "both have seed 1"},
		{name: "no seed", file: sweep(1), old: "seeds: 2\n", new: "", want: "names no seeds"},
		{name: "model", file: sweep(1), old: "model-hash: 5", new: "model-hash: 4", want: "only runs of one model, text and training"},
		{name: "text", file: sweep(1), old: "data-hash: e", new: "data-hash: f", args: []string{"--counted"}, want: "only runs of one model, text and training"},
		{name: "machine", file: sweep(1), old: "cpu: AMD EPYC", new: "cpu: another", want: `cpu "AMD EPYC" and`},
		{name: "machine, counted", file: sweep(1), old: "cpu: AMD EPYC", new: "cpu: another", args: []string{"--counted"}},
		{name: "host", file: sweep(1), old: "budget=0.65/tuned=yes", new: "budget=0.65/tuned=yes/select=host", want: "select=host"},
		{name: "host, counted", file: sweep(1), old: "budget=0.65/tuned=yes", new: "budget=0.65/tuned=yes/select=host", args: []string{"--counted"}},
		{name: "cell", file: sweep(2), old: "budget=0.65", new: "budget=0.66", want: "has no counterpart of Sweep/method=threshold"},
		{name: "damaged", file: filepath.Join(parts[0], "predictions.jsonl"), old: `{"point"`, new: `{"point`, want: "predictions.jsonl:1"},
		{name: "plan", file: filepath.Join(parts[2], "plan.toml"), old: "batch = 16", new: "batch = 17", want: `"batch = 16" and "batch = 17"`},
		{name: "no plan", file: filepath.Join(parts[2], "plan.toml"), want: "plan.toml is missing"},
	} {
		was := read(t, c.file)
		if c.old == "" {
			if err := os.Remove(c.file); err != nil {
				t.Fatal(err)
			}
		} else {
			write(t, c.file, strings.Replace(was, c.old, c.new, 1))
		}
		out := filepath.Join(t.TempDir(), "out")
		code, _, err := call(append(append([]string{"join", "-o", out}, c.args...), parts...)...)
		if (code == 0) != (c.want == "") || !strings.Contains(err, c.want) {
			t.Errorf("%s: exit %d: %s, want %q", c.name, code, err, c.want)
		}
		if _, bad := os.Stat(out); (bad == nil) != (c.want == "") {
			t.Errorf("%s: the folder: %v", c.name, bad)
		}
		if c.want == "" {
			code, got, err := call("table", "--format", "csv", out)
			if head, _, _ := strings.Cut(got, "\n"); code != 0 || strings.Contains(head, "speed") || strings.Contains(head, "sec") || !strings.Contains(head, "accuracy-low") {
				t.Errorf("%s: exit %d %s, columns %s", c.name, code, err, head)
			}
		}
		write(t, c.file, was)
	}
	if code, _, err := call("join", "-o", filepath.Join(t.TempDir(), "out"), study); code != 2 || !strings.Contains(err, "at least two runs") {
		t.Errorf("one run: exit %d: %s", code, err)
	}
}
