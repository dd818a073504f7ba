package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/results"
)

var (
	records = filepath.Join("..", "..", "..", "..", "results", "runs", "methods")
	page    = filepath.Join("..", "..", "..", "..", "docs", "methods.md")
)

// TestPage: docs/methods.md has what the records say.
func TestPage(t *testing.T) {
	if testing.Short() {
		t.Skip("scores all methods of the study")
	}
	want, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "methods.md")
	if err := os.WriteFile(copied, want, 0o666); err != nil {
		t.Fatal(err)
	}
	var out, problems bytes.Buffer
	if status := run([]string{records, copied}, &out, &problems); status != 0 {
		t.Fatal(problems.String())
	}
	got, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	old := strings.Split(string(want), "\n")
	for i, line := range strings.Split(string(got), "\n") {
		if i >= len(old) || line != old[i] {
			t.Fatalf("line %d of docs/methods.md is not what the records give; run go run ./bench/studies/methods/report: %s", i+1, line)
		}
	}
	if len(got) != len(want) {
		t.Error("docs/methods.md has more than the records give; run go run ./bench/studies/methods/report")
	}
}

// TestRefused: a missing study and a page without marks are errors that leave the page as it was.
func TestRefused(t *testing.T) {
	doc := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(doc, []byte("text\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	var out, problems bytes.Buffer
	if status := run([]string{t.TempDir(), doc}, &out, &problems); status != 1 || !strings.Contains(problems.String(), "no such file") {
		t.Errorf("exit code %d: %s", status, problems.String())
	}
	if text, _ := os.ReadFile(doc); string(text) != "text\n" {
		t.Errorf("the page is now %q", text)
	}
	if status := run([]string{"a", "b", "c"}, &out, &problems); status != 2 {
		t.Errorf("exit code %d for three arguments", status)
	}
}

func TestSplice(t *testing.T) {
	got, err := splice("a\n<!-- x -->\nold\n<!-- /x -->\nb\n", "x", "new\n")
	if want := "a\n<!-- x -->\n\nnew\n\n<!-- /x -->\nb\n"; err != nil || got != want {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := splice("a\n<!-- x -->\nold\n", "x", "new"); err == nil || !strings.Contains(err.Error(), "<!-- /x -->") {
		t.Errorf("without an end: %v", err)
	}
}

// TestAdd: a variant's points join those of the same text and model under a name of their own; others are refused.
func TestAdd(t *testing.T) {
	of := func(data string) *results.Run {
		r := &results.Record{Path: data, Config: []results.Key{{Name: "data-hash", Value: data}}}
		p := results.Point{Name: "Sweep", Keys: []results.Key{{Name: "method", Value: "topk"}, {Name: "budget", Value: "0.5"}}, Procs: 1}
		name, err := p.FullName()
		if err != nil {
			t.Fatal(err)
		}
		r.Points = []results.Point{p}
		return &results.Run{Record: r, Predictions: []results.Prediction{{Point: name}}}
	}
	to := of("a")
	if err := add(to, of("b"), "grow", "topk"); err == nil || !strings.Contains(err.Error(), "data-hash") {
		t.Errorf("another text: %v", err)
	}
	if err := add(to, of("a"), "grow", "topk"); err != nil {
		t.Fatal(err)
	}
	p := at(&record{Run: to}, "topk+grow", "0.5")
	if p == nil || len(to.Points) != 2 || to.Points[0].Key("method") != "topk" {
		t.Fatalf("points are %+v", to.Points)
	}
	if name, _ := p.FullName(); to.Predictions[1].Point != name {
		t.Errorf("predictions of %s are named %s", name, to.Predictions[1].Point)
	}
}

// TestOff: points that miss their budget are not compared.
func TestOff(t *testing.T) {
	for ratio, want := range map[float64]bool{0.5: false, 0.54: false, 0.46: false, 0.56: true, 0.44: true} {
		p := &results.Point{Keys: []results.Key{{Name: "budget", Value: "0.5"}}, Values: []results.Value{{Unit: results.PaperRatio, Value: ratio}}}
		if off(p) != want || usable(p) == want {
			t.Errorf("%v at 0.5: off %v", ratio, off(p))
		}
	}
	if usable(nil) {
		t.Error("a point that is not there is compared")
	}
}
