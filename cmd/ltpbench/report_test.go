package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/internal/browser"
)

// read returns a file's text.
func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestReport: the committed runs, one alone and both side by side.
func TestReport(t *testing.T) {
	one := read(t, pageOf(t, firstMinute))
	if len(one) > 1_500_000 {
		t.Errorf("the first minute's page has %d bytes", len(one))
	}
	for _, part := range []string{"For these weights", "Accuracy against FLOPs", "Tokens kept per layer", "Accuracy by length", "ltpbench sweep --rounds 15", "b1c2e7f3f793",
		"rounds = 15", "correct answers / examples", "83.9 [81.4, 86.2]"} {
		if !strings.Contains(one, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	path := filepath.Join(t.TempDir(), "both.html")
	if code, out, err := call("report", firstMinute, "../../results/runs/mrpc-minilm", "-o", path); code != 0 || out != path+"\n" {
		t.Fatalf("exit %d, %q, %s", code, out, err)
	}
	both := read(t, path)
	for _, part := range []string{"2 runs", "first-minute: Accuracy against FLOPs", "mrpc-minilm: Accuracy against FLOPs", "Accuracy of every seed", "times of different runs are not comparable"} {
		if !strings.Contains(both, part) {
			t.Errorf("the page of two runs lacks %q", part)
		}
	}
	if code, _, err := call("report", firstMinute, firstMinute); code != 2 || !strings.Contains(err, "-o") {
		t.Errorf("two runs and no file: exit %d, %s", code, err)
	}
	if code, _, err := call("report", firstMinute, "-o", filepath.Join(t.TempDir(), "no", "x.html")); code != 1 || !strings.Contains(err, "-o") {
		t.Errorf("a file in no folder: exit %d, %s", code, err)
	}
}

// TestReportCutOff: a record that ends anywhere after its configuration gives a page that says so.
func TestReportCutOff(t *testing.T) {
	record := read(t, filepath.Join(firstMinute, "sweep.txt"))
	head := strings.Index(record, "\n\n")
	for _, end := range []int{head + 2, head + 900, 6000, 12000, 20000, len(record) - 300} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "sweep.txt"), []byte(record[:end]), 0o644); err != nil {
			t.Fatal(err)
		}
		if code, _, err := call("report", dir); code != 0 {
			t.Errorf("cut at %d: %s", end, err)
			continue
		}
		got := read(t, filepath.Join(dir, "report.html"))
		if !strings.Contains(got, "This run is not finished") && !strings.Contains(got, "This run has no points yet") || !strings.Contains(got, "AMD EPYC") {
			t.Errorf("cut at %d, the page does not say so", end)
		}
		if points := strings.Contains(record[:end], "\nBenchmarkSweep/method=threshold"); points != strings.Contains(got, "Accuracy against FLOPs") {
			t.Errorf("cut at %d: has points: %v, but the page has not, or has others", end, points)
		}
	}
}

// TestReportHostile: whatever names, values and files contain is text in the page and on the terminal.
func TestReportHostile(t *testing.T) {
	b := browser.Start(t)
	for i, text := range []string{"<script>pwned=1</script>", `"><img src=http://127.0.0.1:9/x onerror=pwned=1>`, "</title><svg onload=pwned=1>", "</style><script>pwned=1</script>", "x\x1b]0;t\a\x1b[31m\u202ey", "' onmouseover=pwned=1 '", "{{.}}${pwned=1}"} {
		dir := filepath.Join(t.TempDir(), strings.ReplaceAll(text, "/", "∕"))
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		name := strings.NewReplacer("/", "%2F", " ", "%20", "\x1b", "%1B", "\a", "%07").Replace(text)
		record := fmt.Sprintf("model: %s\ntask: %s\ncommand: %s\nexamples: 10\n\n", text, text, text)
		for j, method := range []string{"none", name, name + "2"} {
			record += fmt.Sprintf("BenchmarkSweep/method=%s/spec=%s/budget=%s-2 10 0.%d accuracy 0.%d paper-ratio 1 executed-ratio 1.%d speedup\n", method, name, name, 9-j, 9-j, j)
		}
		for file, text := range map[string]string{"sweep.txt": record, "plan.toml": text} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		code, out, err := call("report", dir)
		if code != 0 || strings.ContainsAny(out+err, "\x1b\a\u202e") {
			t.Fatalf("text %d: exit %d, %q, %q", i, code, out, err)
		}
		b.Look(800, 600, "light")
		b.Open(filepath.Join(dir, "report.html"))
		var seen struct {
			Pwned           bool
			Scripts, Images int
			Title           string
		}
		b.Eval(`({Pwned: typeof pwned !== "undefined", Scripts: document.scripts.length, Images: document.images.length, Title: document.title})`, &seen)
		if seen.Pwned || seen.Scripts != 1 || seen.Images != 0 || !strings.Contains(seen.Title, " on ") {
			t.Errorf("text %d: %+v", i, seen)
		}
		silent(t, b)
	}
}
