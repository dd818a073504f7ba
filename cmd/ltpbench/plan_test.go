package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/bench/plan"
)

// A plan that flags make, printed, is a file that makes the same plan; flags go over a file.
func TestPlanShow(t *testing.T) {
	code, out, err := call("plan", "show", "--model", "m", "--data", "d.csv", "--train", "t.csv", "--methods", "threshold,topk:rate=0.5,start=1",
		"--budgets", "0.5,0.7", "--seeds", "3", "--text", "2", "--no-header", "--rounds", "7", "--lengths", "16,32", "--batches", "1", "--exact")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, err)
	}
	file := filepath.Join(t.TempDir(), "plan.toml")
	if err := os.WriteFile(file, []byte(out), 0o666); err != nil {
		t.Fatal(err)
	}
	if code, again, err := call("plan", "show", file); code != 0 || again != out {
		t.Errorf("exit %d: %s\n%s\nwant\n%s", code, err, again, out)
	}
	p, bad := plan.Read(file)
	if bad != nil {
		t.Fatal(bad)
	}
	d := p.Data[0]
	if len(p.Methods) != 2 || len(p.Seeds) != 3 || len(p.Budgets) != 2 || d.File != "d.csv" || d.Train != "t.csv" || d.Text != "2" || d.Header != "no" ||
		p.Measure.Rounds != 7 || len(p.Measure.Lengths) != 2 || !p.Measure.Exact {
		t.Errorf("%+v", p)
	}
	if code, over, err := call("plan", "show", "--plan", file, "--rounds", "8"); code != 0 || !strings.Contains(over, "rounds = 8") || !strings.Contains(over, "'d.csv'") {
		t.Errorf("exit %d: %s\n%s", code, err, over)
	}
}

// TestPlanPreset: --preset sets what other flags leave out, and one of its settings can be switched off.
func TestPlanPreset(t *testing.T) {
	code, out, err := call("plan", "show", "--model", "m", "--data", "d.csv", "--train", "t.csv", "--weight-decay", "0.02", "--preset", "published", "--no-eps-first")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, err)
	}
	for _, want := range []string{"preset = 'published'", "weight-decay = 0.02", "clip-together = true", "eps-first = false", "soft-epochs = -1", "schedule = 'linear:warmup=0'"} {
		if !strings.Contains(out, want) {
			t.Errorf("the plan lacks %s:\n%s", want, out)
		}
	}
}

func TestPlanCheck(t *testing.T) {
	code, out, err := call("plan", "check", "--limit", "8", "--methods", "topk,topk:keep,topk:start=6", "--budgets", "0.3,0.8", "--device", "cpu:generic")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, err)
	}
	for _, want := range []string{"SST-2, cpu:generic: 8 examples", "topk:keep at 0.3, not fine-tuned, seed 1", "rule to be fitted", "left out: topk at 0.3", "left out: topk:start=6 at 0.8: pruner topk:rate=0.5,start=6 drops nothing in a model of 6 layers", "about", "of memory"} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
	bad := filepath.Join(t.TempDir(), "bad.toml")
	if err := os.WriteFile(bad, []byte("models = ['m']\nbudgit = [0.5]\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"plan check " + bad: "budgit = [0.5]", "plan check --model /nowhere --data x.tsv --task SST-2": "/nowhere", "sweep " + bad: "unknown key", "plan check /nowhere.toml": "/nowhere.toml",
	} {
		if code, _, err := call(strings.Fields(args)...); code != 1 || !strings.Contains(err, want) {
			t.Errorf("ltpbench %s: exit %d and %q, want %q", args, code, err, want)
		}
	}
}

// Every example of sweep's help makes a plan.
func TestSweepExamples(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("plan.toml", plan.Default().Text(), 0o666); err != nil {
		t.Fatal(err)
	}
	code, help, _ := call("sweep", "--help")
	if code != 0 {
		t.Fatalf("exit %d", code)
	}
	tried := 0
	for _, line := range strings.Split(sweepCmd{}.Help(), "\n") {
		command, ok := strings.CutPrefix(line, "  ltpbench sweep")
		if !ok {
			continue
		}
		tried++
		if !strings.Contains(help, strings.TrimSpace(line)+"\n") {
			t.Errorf("--help does not show %q", line)
		}
		flags, _, _ := strings.Cut(command, " -o ")
		flags = strings.ReplaceAll(flags, "cpu:avx2", "cpu:generic") // which every machine has
		if code, _, err := call(append([]string{"plan", "show"}, strings.Fields(flags)...)...); code != 0 {
			t.Errorf("%s: exit %d, %s", line, code, err)
		}
	}
	if tried != 5 {
		t.Errorf("%d examples", tried)
	}
}
