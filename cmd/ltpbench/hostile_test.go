package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// evil is text that would turn a terminal red, set its title, and reorder a line.
const evil = "\x1b[31mred\x1b]0;title\a\u202e\u009b2J"

// harmless fails for output that controls a terminal.
func harmless(t *testing.T, what, text string) {
	t.Helper()
	if i := strings.IndexFunc(text, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
	}); i >= 0 {
		t.Errorf("%s: a control character in %q", what, text[max(0, i-20):min(len(text), i+20)])
	}
}

// What records, texts, configurations, file names and arguments say reaches no terminal as a
// control sequence, in no command and no error.
func TestHostileOutput(t *testing.T) {
	model, _ := lab(t)
	t.Chdir(t.TempDir())
	run := runOf(t, "run", "m")
	record, err := os.ReadFile(filepath.Join(run, "sweep.txt"))
	if err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile(filepath.Join(model, "config.json"))
	if err != nil {
		t.Fatal(err)
	}
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	name := strings.ReplaceAll(evil, "/", "") + ".txt"
	write(name, strings.ReplaceAll(strings.Replace(string(record), "model: m", "model: m"+evil, 1), "method=topk", "method=topk"+strings.ReplaceAll(evil, "\u009b", "")))
	write("bad.txt", "model: "+evil+"\n\nBenchmarkX 1 x"+evil+"\n")
	write("t.tsv", "text\tlabel\nw1 "+evil+"\t"+evil+"\nw2\tb\n")
	bad := filepath.Join(t.TempDir(), evil)
	if err := os.Mkdir(bad, 0o777); err != nil {
		t.Fatal(err)
	}
	write(filepath.Join(bad, "config.json"), strings.Replace(string(config), "{", `{"hidden_act": "`+`\u001b[31m`+`",`, 1))
	seen := 0
	for _, args := range [][]string{
		{"table", name}, {"table", name, "--format", "markdown"}, {"table", name, "--format", "csv"}, {"table", name, "--format", "latex"}, {"table", name, "--format", "json"},
		{"table", "bad.txt"}, {"table", evil}, {"table", name, "--metric", evil}, {"table", name, "--format", evil}, {"table", name, "-o", evil + "/x"},
		{"plot", name, "--format", "svg", "-o", "figures"}, {"plot", name, "--x", evil}, {"compare", name, name}, {"compare", name, run}, {"compare", "bad.txt", name},
		{"eval", "--model", model, "--data", "t.tsv"}, {"eval", "--model", bad, "--data", "t.tsv"}, {"eval", "--model", model, "--data", "t.tsv", "--pruner", evil},
		{"explain", "--model", model, "--pruner", "random:keep=0.5", evil}, {"explain", "--model", model, "--pruner", "random:keep=0.5", "--data", "t.tsv"}, {"explain", "--pruner", evil, "x"},
		{"decide", "--model", model, "--data", "t.tsv"}, {"decide", "--model", evil, "--data", "t.tsv"}, {"status", evil},
		{"predict", "--model", model, "--data", "t.tsv"}, {"predict", "--model", evil, "--data", "t.tsv"}, {"sweep", evil}, {"sweep", "--model", evil}, {"ls", evil}, {"--" + evil}, {evil},
	} {
		code, out, err := call(args...)
		harmless(t, strings.Join(args, " ")+": output", out)
		harmless(t, strings.Join(args, " ")+": errors", err)
		if code != 0 && err == "" {
			t.Errorf("%q fails without a word", args)
		}
		if strings.Contains(out+err, `\u001b`) {
			seen++
		}
	}
	if seen < 15 {
		t.Errorf("only %d outputs show the text at all", seen)
	}
	err = filepath.WalkDir("figures", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		svg, err := os.ReadFile(path)
		harmless(t, path, string(svg))
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
