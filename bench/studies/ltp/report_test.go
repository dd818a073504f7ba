// Package ltp_test tests the study's scripts.
package ltp_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/results"
)

// singles writes runs of single seeds, as bench/card/study leaves them, of the plan of a text and model, made of the
// committed study of MRPC.
func singles(t *testing.T, dir, model, text, methods string) (runs []string) {
	t.Helper()
	committed := filepath.Join("..", "..", "..", "results", "runs", "mrpc-minilm")
	record, plan := read(t, filepath.Join(committed, "sweep.txt")), read(t, filepath.Join(committed, "plan.toml"))
	predictions, _, err := results.ReadPredictions(filepath.Join(committed, "predictions.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	for seed := 1; seed <= 3; seed++ {
		run := filepath.Join(dir, fmt.Sprintf("%s-%s-%d-seed%d", model, text, len(methods), seed))
		runs = append(runs, run)
		if err := os.MkdirAll(run, 0o777); err != nil {
			t.Fatal(err)
		}
		renamed := func(name string) string {
			return strings.Replace(strings.Replace(name, fmt.Sprintf("/seed=%d/", seed), "/", 1), "budget=0.5/", "budget=0.475/", 1)
		}
		var lines []string
		for _, line := range strings.Split(record, "\n") {
			if line = renamed(line); !strings.Contains(line, "/seed=") {
				lines = append(lines, strings.NewReplacer("seeds: 1 2 3", fmt.Sprintf("seeds: %d", seed), "data-hash: e", "data-hash: "+text).Replace(line))
			}
		}
		write(t, filepath.Join(run, "sweep.txt"), strings.Join(lines, "\n"))
		write(t, filepath.Join(run, "plan.toml"), strings.NewReplacer("[1, 2, 3]", fmt.Sprintf("[%d]", seed), "all-MiniLM-L6-v2", model, "'MRPC'", "'"+text+"'",
			"methods = ['threshold', 'topk:start=1']", "methods = ["+methods+"]").Replace(plan))
		w, err := results.CreatePredictions(filepath.Join(run, "predictions.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		var own []results.Prediction
		for _, p := range predictions {
			if p.Point = renamed(p.Point); !strings.Contains(p.Point, "/seed=") {
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
	return runs
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// script runs one of the study's scripts.
func script(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command("./"+name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, out)
	}
	return string(out)
}

// outside is a page without what the report writes.
func outside(page string) string {
	var lines []string
	inside := false
	for _, line := range strings.Split(page, "\n") {
		if strings.HasPrefix(line, "<!-- /") {
			inside = false
		}
		if !inside {
			lines = append(lines, line)
		}
		if strings.HasPrefix(line, "<!-- ") && !strings.HasPrefix(line, "<!-- /") {
			inside = true
		}
	}
	return strings.Join(lines, "\n")
}

// TestReport: records of single seeds become runs, tables, figures and the results on the study's page, whose other text stays.
func TestReport(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program and draws a study")
	}
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash")
	}
	dir := t.TempDir()
	records, study, page := filepath.Join(dir, "records"), filepath.Join(dir, "study"), filepath.Join(dir, "study.md")
	const minilm = "all-MiniLM-L6-v2"
	controls := "'random@0.475', 'truncate@0.475', 'shallow:layers=3'"
	short := filepath.Join(singles(t, records, minilm, "STS-B", "'threshold', 'topk:start=1', "+controls)[2], "sweep.txt")
	singles(t, records, minilm, "AGNews", "'threshold', 'topk:start=1', "+controls)
	singles(t, records, minilm, "AGNews", "'threshold', 'topk:start=1'")
	singles(t, records, minilm, "RTE", "'threshold'")
	write(t, short, strings.Replace(read(t, short), "BenchmarkSweep/method=topk:start=1/spec=topk:rate=0.5528,start=1/", "BenchmarkWalk/", 1))
	out := script(t, "join", records, study)
	for _, want := range []string{"minilm-agnews: all-MiniLM-L6-v2 on MRPC with cpu, seeds 1 2 3, of ", "minilm-stsb: all-MiniLM-L6-v2 on MRPC with cpu, seeds 1 2, of ", "shift-agnews: ",
		"no plan of the study is like it: " + filepath.Join(records, minilm+"-RTE-"), "for it lacks points: " + filepath.Dir(short)} {
		if !strings.Contains(out, want) {
			t.Errorf("join says %s, which lacks %q", out, want)
		}
	}
	before := read(t, filepath.Join("..", "..", "..", "docs", "study.md"))
	write(t, page, before)
	script(t, "report", study, page)
	after := read(t, page)
	if outside(after) != outside(before) {
		t.Errorf("text between the results has changed:\n%s", outside(after))
	}
	for _, want := range []string{
		"| [minilm-agnews](study/minilm-agnews/table.md) | 408 | 1 2 3 | AMD EPYC | f32 |",
		"**Primary endpoint.** At equal FLOPs threshold is not significantly different from the best of topk, topk:start=1, topk:rates at 0.475 (",
		"**Drop.** Against the unpruned model: threshold at 0.475 -",
		"| minilm-stsb | accuracy | topk:start=1 | - | -",
		"| threshold | topk:start=1 | FLOPs | 0.65 | 2 texts |",
		"| topk:start=1 | none | FLOPs | 0.475 | 2 texts | -3.",
		"| minilm-agnews | threshold    | 0.475  | % kept | 100.0   | 100.0   | 59.0 ",
		"In single runs the difference is ",
		"\nFor this recipe (3 training seeds a side or more, 408 examples)",
		"| shift-agnews  | threshold    | 0.475",
		"![minilm-agnews](study/minilm-agnews/kept-layer.png)",
		"![differences at 0.475 of the FLOPs](study/forest.png)",
	} {
		if !strings.Contains(after, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, name := range []string{"primary.md", "controls.md", "forest.png", "minilm-agnews/accuracy-time.png", "minilm-stsb/kept-layer.png", "minilm-stsb/predictions.jsonl.gz"} {
		if _, err := os.Stat(filepath.Join(study, name)); err != nil {
			t.Error(err)
		}
	}
	if t.Failed() {
		t.Log(after)
	}
}
