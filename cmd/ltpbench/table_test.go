package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// firstMinute is a committed run.
const firstMinute = "../../results/runs/first-minute"

// runOf writes a run of made-up points, two budgets and two seeds, into a folder.
func runOf(t *testing.T, dir, model string) string {
	t.Helper()
	record := "model: " + model + "\ntask: t\ndevice: cpu\nexamples: 100\n\n"
	for _, line := range []string{
		"method=none/spec=none/seed=1/tuned=yes-2 100 0.9 accuracy 0.8 f1 1 paper-ratio 1 executed-ratio 1 speedup",
		"method=none/spec=none/seed=2/tuned=yes-2 100 0.8 accuracy 0.7 f1 1 paper-ratio 1 executed-ratio 1 speedup",
		"method=topk/spec=topk:rate=0.5/budget=0.5/seed=1/tuned=no-2 100 0.7 accuracy 0.6 f1 0.5 paper-ratio 0.5 executed-ratio 1.9 speedup 1.8 speedup-low 2.0 speedup-high",
		"method=topk/spec=topk:rate=0.5/budget=0.5/seed=2/tuned=no-2 100 0.8 accuracy 0.7 f1 0.5 paper-ratio 0.5 executed-ratio 1.7 speedup 1.6 speedup-low 1.8 speedup-high",
	} {
		record += "BenchmarkSweep/" + line + "\n"
	}
	record += "BenchmarkLength/method=none/spec=none/seed=1/tuned=yes/tokens=8-15-2 9 0.002 p50-sec\n" +
		"BenchmarkThroughput/method=none/spec=none/seed=1/tuned=yes/batch=4/tokens=64-2 9 900 tok/s\n"
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sweep.txt"), []byte(record), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTable(t *testing.T) {
	dir := t.TempDir()
	a, b := runOf(t, filepath.Join(dir, "a"), "m"), runOf(t, filepath.Join(dir, "b"), "n")
	out := filepath.Join(dir, "t.csv")
	for _, c := range []struct {
		args []string
		want []string
		not  string
	}{
		{[]string{firstMinute}, []string{"embedded-minilm", "872 examples", "86.8 [84.4, 88.9]", "topk:start=1", "executed", "For these weights"}, "seeds"},
		{[]string{filepath.Join(firstMinute, "sweep.txt"), "--format", "markdown"}, []string{"|-", "efficiency"}, "─"},
		{[]string{"../../results/runs/mrpc-minilm"}, []string{"threshold †", "† noisy"}, "─ †"},
		{[]string{a}, []string{"m on t, 100 examples", "topk *†", "seeds", "75.0 [11.5, 100.0]", "1.80", "* not fine-tuned"}, "f1"},
		{[]string{a, "--format", "markdown"}, []string{"| topk *†", `\* not fine-tuned`}, "─"},
		{[]string{a, "--metric", "f1", "--metric", "accuracy"}, []string{"f1 %", "accuracy %", "75.0 [", "65.0 ["}, ""},
		{[]string{a, "--each-seed"}, []string{"70.0", "80.0", "1.90 [1.80, 2.00]"}, "75.0"},
		{[]string{a, "--lines", "length"}, []string{"tokens", " 8-15 ", " 2.0"}, "accuracy"},
		{[]string{a, "--lines", "throughput"}, []string{"batch", " 4 ", " 64 ", " 900"}, "accuracy"},
		{[]string{dir}, []string{"model", " m ", " n "}, "device"},
		{[]string{b, runOf(t, filepath.Join(t.TempDir(), "c"), "n")}, []string{"run", " b ", " c "}, "model"},
	} {
		args := append([]string{"table"}, c.args...)
		code, got, err := call(args...)
		if code != 0 || err != "" {
			t.Errorf("%q: exit %d: %s", args, code, err)
		}
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%q lacks %q:\n%s", args, want, got)
			}
		}
		if c.not != "" && strings.Contains(got, c.not) {
			t.Errorf("%q has %q:\n%s", args, c.not, got)
		}
	}
	if code, got, err := call("table", a, b, "-o", out); code != 0 || got != "" {
		t.Fatalf("exit %d, %q, %s", code, got, err)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil || len(lines) != 5 || lines[0][0] != "model" || lines[1][0] != "m" || lines[4][0] != "n" || lines[4][4] != "topk" {
		t.Errorf("%v in %q", err, lines)
	}
}

func TestTableErrors(t *testing.T) {
	dir := t.TempDir()
	a := runOf(t, filepath.Join(dir, "a"), "m")
	record := filepath.Join(a, "sweep.txt")
	whole, err := os.ReadFile(record)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, data string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{}, 2, "run"},
		{[]string{a, "--format", "xml"}, 2, "markdown"},
		{[]string{a, "--format", "csv", "--width", "80"}, 2, "--width is for --format text"},
		{[]string{a, "--width=-2"}, 2, "--width -2"},
		{[]string{a, "--where", "(("}, 2, "--where: filter"},
		{[]string{a, "--where", "/method:other"}, 1, "/method, /spec, /seed"},
		{[]string{a, "--by", ".config"}, 2, "--by: projection"},
		{[]string{filepath.Join(dir, "none")}, 1, "none: no such file"},
		{[]string{t.TempDir()}, 1, "has no sweep.txt"},
		{[]string{a, "--metric", "pearson"}, 1, "choose one of accuracy, f1, paper-ratio"},
		{[]string{write("empty.txt", "model: m\n\n")}, 1, "no line BenchmarkSweep yet"},
		{[]string{write("torn.txt", string(whole[:len(whole)-9]))}, 0, "torn.txt:11: the last line is incomplete"},
		{[]string{write("differs.txt", string(whole)+strings.ReplaceAll(string(whole), "0.9 accuracy", "0.91 accuracy"))}, 1, "accuracy is 0.9 and 0.91"},
		{[]string{a, "-o", filepath.Join(dir, "none", "t.txt")}, 1, "no such file"},
	} {
		code, out, err := call(append([]string{"table"}, c.args...)...)
		if code != c.code || !strings.Contains(err, c.want) || code != 0 && out != "" {
			t.Errorf("table %q: exit %d, %q and %q, want exit %d and %q", c.args, code, out, err, c.code, c.want)
		}
	}
}

// TestTableWhere: a filter leaves rows out and not the verdict, and a projection's keys come first.
func TestTableWhere(t *testing.T) {
	code, got, failed := call("table", firstMinute, "--format", "csv", "--where", "/method:/topk/ AND -/budget:0.5", "--by", "/budget@num")
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if code != 0 || len(lines) != 8 || !strings.HasPrefix(lines[0], "budget,model,") || !strings.HasPrefix(lines[1], "0.38,") || !strings.HasPrefix(lines[7], "0.87,") {
		t.Errorf("exit %d, %s\n%s", code, failed, got)
	}
	if code, got, failed := call("table", firstMinute, "--where", "/method:none"); code != 0 || !strings.Contains(got, "threshold is not significantly different at 0.37") {
		t.Errorf("exit %d, %s\n%s", code, failed, got)
	}
}

// The README's table is the one that its command prints.
func TestReadme(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	code, got, failed := call("table", firstMinute)
	if code != 0 {
		t.Fatal(failed)
	}
	rows := 0
	for line := range strings.Lines(got) {
		if line = strings.TrimRight(line, " \n"); strings.HasPrefix(line, " ") {
			rows++
			if !strings.Contains(string(page), "\n"+line+"\n") {
				t.Errorf("the README lacks the line %q", line)
			}
		}
	}
	if rows < 14 {
		t.Errorf("only %d lines of a table in\n%s", rows, got)
	}
}

// On 80 columns every line fits, and what is hidden is named.
func TestTableWidth(t *testing.T) {
	for _, args := range [][]string{{firstMinute}, {firstMinute, "../../results/runs/mrpc-minilm"}} {
		code, got, failed := call(append([]string{"table", "--width", "80"}, args...)...)
		if code != 0 || !strings.Contains(strings.Join(strings.Fields(got), " "), "Columns hidden to fit the width: p95 ms, p50 ms") {
			t.Errorf("exit %d, %s in\n%s", code, failed, got)
		}
		for line := range strings.Lines(got) {
			if n := len([]rune(strings.TrimRight(line, " \n"))); n > 80 {
				t.Errorf("a line of %d characters: %s", n, line)
			}
		}
	}
}
