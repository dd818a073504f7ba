package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/results"
)

// call runs a command line and returns its exit code and what it wrote.
func call(args ...string) (code int, out, err string) {
	var o, e bytes.Buffer
	code = run(args, strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

// TestSweepTwice: a sweep writes everything it names, and a second one gives the
// same accuracy and FLOPs to the last bit.
func TestSweepTwice(t *testing.T) {
	var seen []map[string]float64
	var sets [4 * 24][]string // of each prediction, both times
	for range 2 {
		dir := filepath.Join(t.TempDir(), "run")
		code, out, err := call("sweep", "--limit", "24", "--rounds", "1", "-o", dir, "--progress", "none",
			"--methods", "threshold:final=0.004,topk:rate=0.4,start=1", "--methods", "topk:rate=0")
		if code != 0 {
			t.Fatalf("exit %d: %s", code, err)
		}
		if err != "" && !strings.Contains(err, "no fast kernels") {
			t.Errorf("stderr was written to: %q", err)
		}
		for _, want := range []string{"topk:start=1", "relative FLOPs (paper)", "For these weights"} {
			if !strings.Contains(out, want) {
				t.Errorf("the output lacks %q:\n%s", want, out)
			}
		}
		for _, name := range []string{"sweep.txt", "accuracy-flops.png", "accuracy-flops.svg", "accuracy-time.png", "accuracy-time.svg", "report.html"} {
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil || !strings.Contains(out, filepath.Join(dir, name)) {
				t.Errorf("%s is not there or not named: %v", name, err)
			}
		}
		record, bad := results.Read(filepath.Join(dir, "sweep.txt"))
		if bad != nil {
			t.Fatal(bad)
		}
		all, problems := record.Rows()
		rows := results.Named(all, "Sweep")
		if len(rows) != 4 || len(problems) > 0 {
			t.Fatalf("%d rows, %v", len(rows), problems)
		}
		values := map[string]float64{}
		for _, p := range rows {
			for _, unit := range []string{results.Accuracy, results.PaperRatio, results.ExecutedFLOPs} {
				x, ok := p.Value(unit)
				if !ok {
					t.Errorf("%s lacks %s", p.Key(results.KeySpec), unit)
				}
				values[p.Key(results.KeySpec)+" "+unit] = x
			}
		}
		predictions, problems, bad := results.ReadPredictions(filepath.Join(dir, "predictions.jsonl"))
		if bad != nil || len(problems) > 0 || len(predictions) != 4*24 {
			t.Fatalf("%d predictions, %v, %v", len(predictions), problems, bad)
		}
		for i, p := range predictions {
			for j, x := range p.Logits {
				values[fmt.Sprintf("prediction %d, logit %d", i, j)] = float64(x)
			}
			if sets[i] = append(sets[i], p.Sets); p.Sets == "" {
				t.Errorf("prediction %d does not tell its kept sets", i)
			}
			for l, n := range p.Kept {
				values[fmt.Sprintf("prediction %d, kept %d", i, l)] = float64(n)
			}
		}
		seen = append(seen, values)
	}
	for i, s := range sets {
		if s[0] != s[1] {
			t.Errorf("prediction %d: the kept sets are %s, the second time %s", i, s[0], s[1])
		}
	}
	if len(seen[1]) != len(seen[0]) {
		t.Errorf("%d values, the second time %d", len(seen[0]), len(seen[1]))
	}
	for name, x := range seen[0] {
		if seen[1][name] != x {
			t.Errorf("%s is %v, the second time %v", name, x, seen[1][name])
		}
	}
}

func TestBadInput(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "x"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(full, "empty.tsv")
	if err := os.WriteFile(empty, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"sweep --bogus", 2, "--bogus"},
		{"sweep --methods tok", 2, `no pruner "tok"; there are: `},
		{"sweep --device gpu", 2, "this build has: cpu"},
		{"sweep --device cpu:sse", 2, "sse"},
		{"sweep --rounds 0", 2, "--rounds"},
		{"sweep --seeds 0", 2, "--seeds 0"},
		{"sweep --threads=-5", 2, "threads"},
		{"predict --threads=-5", 2, "--threads) -5"},
		{"eval --model " + full + " --data " + empty + " --threads=-5", 2, "--threads) -5"},
		{"plan check --lambda 0.03", 2, "--lambda does nothing, for nothing is trained"},
		{"sweep --untuned", 2, "--train FILE"},
		{"sweep --task nope", 2, "SST-2"},
		{"sweep --task MRPC", 2, "--data"},
		{"sweep --limit 4 -o " + full, 1, "not empty"},
		{"sweep --data /nowhere.tsv", 1, "/nowhere.tsv"},
		{"sweep --data " + empty, 1, "empty.tsv"},
		{"sweep --model " + full, 1, "config.json"},
		{"eval --model " + full + " --data " + empty, 1, "config.json"},
		{"ls nothing", 2, "pruners"},
		{"train", 2, "--model"},
	} {
		code, _, err := call(strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(err, c.want) {
			t.Errorf("ltpbench %s: exit %d and %q, want exit %d and %q", c.args, code, err, c.code, c.want)
		}
	}
}

func TestLists(t *testing.T) {
	for args, want := range map[string]string{"ls pruners": "threshold", "ls devices": "generic", "ls tasks": "MRPC", "version": "kernels", "--help": "ltpbench sweep"} {
		if code, out, err := call(strings.Fields(args)...); code != 0 || !strings.Contains(out, want) {
			t.Errorf("ltpbench %s: exit %d, %q lacks %q; %s", args, code, out, want, err)
		}
	}
}
