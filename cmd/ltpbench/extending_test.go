package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// overlay writes the code of docs/extending.md where it says it belongs, as an overlay
// over the sources, and returns their root and the overlay's file.
func overlay(t *testing.T) (root, file string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "docs", "extending.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files := struct{ Replace map[string]string }{make(map[string]string)}
	name, text := "", ""
	for _, line := range append(fenced(string(page), "go"), "// end.go") {
		if file, ok := strings.CutPrefix(line, "// "); ok && strings.HasSuffix(file, ".go") {
			if name != "" {
				at := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
				if err := os.WriteFile(at, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
				files.Replace[filepath.Join(root, filepath.FromSlash(name))] = at
			}
			name, text = file, ""
			continue
		}
		text += line + "\n"
	}
	if len(files.Replace) != 9 {
		t.Fatalf("%d files on the page: %v", len(files.Replace), files.Replace)
	}
	file = filepath.Join(dir, "overlay.json")
	data, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return root, file
}

// TestExtending compiles the page's code and runs the suites of what it registers.
func TestExtending(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles packages")
	}
	root, file := overlay(t)
	dir := t.TempDir()
	for _, c := range []struct{ args, want string }{
		{"test -overlay FILE -vet=off -c -o " + filepath.Join(dir, "mine.test") + " ./hw/mine", ""},
		{"test -overlay FILE -v ./pruners", "TestLearners/gate:bar=0"},
		{"test -overlay FILE -run ^(TestObjectives|TestSchedules)$ -v ./model/train", "confidence:weight=0.1"},
		{"run -overlay FILE ./cmd/ltpbench ls objectives", "confidence"},
		{"run -overlay FILE ./cmd/ltpbench ls schedules", "inverse-sqrt:warmup=0.1"},
		{"test -overlay FILE -run ^TestEveryMetric$ -v ./bench/text", "TestEveryMetric/kappa"},
		{"test -overlay FILE -run ^(TestFormats|TestHostileText)$ -v ./results/report", "TestFormats/org"},
		{"run -overlay FILE ./cmd/ltpbench table results/runs/first-minute --format org", "| threshold | 0.38 | 83.9 [81.4, 86.2] |"},
	} {
		cmd := exec.Command("go", strings.Fields(strings.Replace(c.args, "FILE", file, 1))...)
		cmd.Dir = root
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", c.args, err, out)
		}
		if !strings.Contains(string(out), c.want) {
			t.Errorf("go %s did not print %q, so the page's code did not run:\n%s", c.args, c.want, out)
		}
	}
}

// TestExtendingRule: the page's predictor is learned, saved, brought to budgets, swept and judged
// by the verdict, all from its one file; and what was saved evaluates as it was measured.
func TestExtendingRule(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the program and trains")
	}
	root, file := overlay(t)
	dir := t.TempDir()
	if err := smallModel(filepath.Join(dir, "model")); err != nil {
		t.Fatal(err)
	}
	texts := func(name string, n, seed int) {
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		text := "sentence\tlabel\n"
		for range n {
			label := r.IntN(2)
			for i := range 6 + r.IntN(8) {
				text += fmt.Sprintf("%sw%d", strings.Repeat(" ", min(i, 1)), label*30+r.IntN(30))
			}
			text += fmt.Sprintf("\t%d\n", label)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	texts("train.tsv", 400, 1)
	texts("dev.tsv", 120, 2)
	const plan = `models = ["model"]
methods = ["gate", "topk:start=1"]
budgets = [0.7, 0.85]
compare = [["gate", "topk:start=1"]]
[[data]]
file = "dev.tsv"
train = "train.tsv"
[measure]
rounds = 1
latency = 4
`
	if err := os.WriteFile(filepath.Join(dir, "plan.toml"), []byte(plan), 0o666); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "ltpbench")
	build := exec.Command("go", "build", "-overlay", file, "-o", program, "./cmd/ltpbench")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	run := func(args ...string) string {
		cmd := exec.Command(program, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	run("sweep", "plan.toml", "-o", "run")
	out := run("table", "run")
	if !strings.Contains(out, "gate is ") || !strings.Contains(out, "against topk:start=1") {
		t.Errorf("no verdict of the page's rule:\n%s", out)
	}
	saved, err := filepath.Glob(filepath.Join(dir, "run/cells/*/pruner.safetensors"))
	if err != nil || len(saved) != 2 {
		t.Errorf("what the rule has learned is saved in %q: %v", saved, err)
	}
	record, err := os.ReadFile(filepath.Join(dir, "run/sweep.txt"))
	if err != nil {
		t.Fatal(err)
	}
	ratios := regexp.MustCompile(`BenchmarkSweep/method=gate/.*/budget=(\S+)/tuned=yes\S* .* (\S+) paper-ratio`).FindAllStringSubmatch(string(record), -1)
	if len(ratios) != 2 {
		t.Fatalf("%d points of the page's rule:\n%s", len(ratios), record)
	}
	for _, m := range ratios {
		asked, _ := strconv.ParseFloat(m[1], 64)
		if ratio, err := strconv.ParseFloat(m[2], 64); err != nil || !(ratio > asked-0.1 && ratio < asked+0.1) {
			t.Errorf("asked for %v of the FLOPs, the rule needs %v", asked, m[2])
		}
	}
	// Trained alone and loaded again it still meets its budget.
	run("train", "--model", "model", "--data", "train.tsv", "--learn", "--pruner", "gate:bar=0", "--budget", "0.8", "-o", "alone")
	m := regexp.MustCompile(`paper-ratio +(\S+)`).FindStringSubmatch(run("eval", "--model", "alone", "--data", "dev.tsv"))
	if ratio, err := strconv.ParseFloat(m[1], 64); err != nil || !(ratio > 0.7 && ratio < 0.9) {
		t.Errorf("trained for 0.8 of the FLOPs, the rule needs %v", m[1])
	}
}
