package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/results"
)

// TestTutorial runs every command of docs/tutorial.md on a small model and made-up text.
func TestTutorial(t *testing.T) {
	page, err := os.ReadFile("../../docs/tutorial.md")
	if err != nil {
		t.Fatal(err)
	}
	model, _ := lab(t)
	t.Chdir(t.TempDir())
	if err := os.Rename(model, "checkpoint"); err != nil {
		t.Fatal(err)
	}
	reviews(t, "dev.tsv", 1, 40)
	reviews(t, "train.tsv", 2, 120)
	commands := fenced(string(page), "sh")
	if len(commands) < 10 {
		t.Fatalf("only %d commands on the page", len(commands))
	}
	for _, command := range commands {
		line, file, redirected := strings.Cut(command, " > ")
		args := strings.Fields(line)
		if args[0] != "ltpbench" {
			t.Fatalf("%s: not a command of this program", command)
		}
		args = args[1:]
		if args[0] == "sweep" {
			args = append(args, "--rounds", "1", "--latency", "40") // for time's sake
		}
		code, out, said := call(args...)
		if code != 0 || !redirected && out == "" && !strings.Contains(line, " -o ") {
			t.Fatalf("%s: exit %d, %q: %s", command, code, out, said)
		}
		if redirected {
			if err := os.WriteFile(file, []byte(out), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, file := range []string{"given/kept-layer.png", "both.md", "figures/accuracy-flops.pdf", "figures/accuracy-p95-sec.svg", "pruned/training.json"} {
		if info, err := os.Stat(file); err != nil || info.Size() == 0 {
			t.Errorf("%s was not made: %v", file, err)
		}
	}
	documented(t, "given", "tuned")
}

// documented checks that docs/record.md has every key and unit of the runs' records.
func documented(t *testing.T, paths ...string) {
	t.Helper()
	known := make(map[string]bool)
	for _, k := range append(results.ConfigKeys(), results.NameKeys()...) {
		known[k.Name] = true
	}
	for _, u := range results.Units() {
		known[u.Name], known[u.Name+"-low"], known[u.Name+"-high"] = true, true, true
	}
	for _, path := range paths {
		runs, err := results.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := runs[0].Get(results.KeyTask); got != "dev" {
			t.Errorf("%s: the measured text is called %q, want dev", path, got)
		}
		var names []string
		for _, k := range runs[0].Config {
			names = append(names, k.Name)
		}
		for _, p := range runs[0].Points {
			for _, k := range p.Keys {
				names = append(names, k.Name)
			}
			for _, v := range p.Values {
				if _, _, ok := results.LearnedAs(v.Unit); !ok { // documented below the units
					names = append(names, v.Unit)
				}
			}
		}
		for _, name := range names {
			if !known[name] {
				known[name] = true
				t.Errorf("%s: %s is not documented: add it to results/keys.go or units.go", path, name)
			}
		}
	}
}

// fenced returns the lines of a page's code blocks in a language.
func fenced(page, language string) (lines []string) {
	inside := false
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "```"+language:
			inside = true
		case line == "```":
			inside = false
		case inside:
			lines = append(lines, line)
		}
	}
	return lines
}

// reviews writes text of made-up words, whose label is whether the first one is odd.
func reviews(t *testing.T, path string, seed uint64, n int) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 0))
	text := "review\tsentiment\n"
	for range n {
		first := random.IntN(60)
		text += fmt.Sprintf("w%d", first)
		for range 3 + random.IntN(12) {
			text += fmt.Sprintf(" w%d", random.IntN(60))
		}
		text += fmt.Sprintf("\t%d\n", first%2)
	}
	if err := os.WriteFile(filepath.Clean(path), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
