package text

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Tables as pandas, spreadsheets and the hub write them.
func TestTablesAsPeopleHaveThem(t *testing.T) {
	const pandas = "text\tlabel\ngood movie\tpositive\n\"he said \"\"great\"\" twice\"\tnegative\n\"\"\"quoted start\"\tpositive\nx\tpositive\n"
	unquoted := []string{"good movie", `"he said ""great"" twice"`, `"""quoted start"`, "x"}
	quoted := []string{"good movie", `he said "great" twice`, `"quoted start`, "x"}
	for _, test := range []struct {
		name, file, text string
		f                Format
		texts            []string
		classes          []int
		found            string // a part
	}{
		{"pandas TSV", "x.tsv", pandas, Format{}, quoted, []int{1, 0, 1, 1}, "cells in double quotes are read without them"},
		{"pandas TSV compressed", "x.tsv.gz", zipped(t, pandas), Format{}, quoted, nil, ""},
		{"its quotes kept", "x.tsv", pandas, Format{Quote: QuoteNo}, unquoted, nil, ""},
		{"quoted without doubt", "x.tsv", "\"text\"\t\"label\"\n\"a\"\t\"x\"\nb\ty\n", Format{}, []string{"a", "b"}, nil, "without them"},
		{"quoted line end", "x.tsv", "text\tlabel\n\"a\r\nb\"\tx\nc\ty\n", Format{}, []string{"a\r\nb", "c"}, nil, "without them"},
		{"quoted separator", "x.tsv", "text\tlabel\n\"a\tb\"\tx\nc\ty\n", Format{}, []string{"a\tb", "c"}, nil, "without them"},
		{"quotes that may be text", "x.tsv", "text\tlabel\n\"great\"\tx\nb\ty\n", Format{}, []string{`"great"`, "b"}, nil, "kept as text (--quote takes them off)"},
		{"two lines that each begin or end with a quote", "x.tsv", "text\tlabel\n\"great\tx\nb\"\ty\n", Format{}, []string{`"great`, `b"`}, nil, ""},
		{"the same, asked", "x.tsv", "text\tlabel\n\"great\"\tx\nb\ty\n", Format{Quote: QuoteYes}, []string{"great", "b"}, nil, ""},
		{"GLUE", "x.tsv", "text\tlabel\n\"a\" said \"\"b\"\"\tx\n\"b\"\ty\n", Format{}, []string{`"a" said ""b""`, `"b"`}, nil, ""},
		{"CR in a cell", "x.csv", "text,label\n\"a\rb\",x\nc,y\n", Format{}, []string{"a\rb", "c"}, nil, ""},
		{"CR in a cell of TSV", "x.tsv", "text\tlabel\na\rb\tx\nc\ty\r\n", Format{}, []string{"a\rb", "c"}, nil, ""},
		{"blank lines", "x.tsv", "text\tlabel\ngood\tpositive\n\nbad\tnegative\n\n", Format{}, []string{"good", "bad"}, nil, ""},
		{"floats", "x.csv", "text,label\ngood movie,1.0\nbad film,0.0\n", Format{}, []string{"good movie", "bad film"}, []int{1, 0}, "labels 0 (1), 1 (1)"},
		{"floats for a model", "x.csv", "text,label\na,1.0\nb,0.0\n", Format{Labels: []string{"neg", "pos"}}, []string{"a", "b"}, []int{1, 0}, ""},
		{"labels with points of their own", "x.csv", "text,label\na,1.0\nb,2.0\n", Format{Labels: []string{"1.0", "2.0"}}, []string{"a", "b"}, []int{0, 1}, ""},
		{"semicolons", "x.csv", "text;label\r\ngood café;positive\r\nbad, film;negative\r\n", Format{}, []string{"good café", "bad, film"}, []int{1, 0}, `separator ";"`},
		{"semicolons, asked", "x.csv", "a, b;x\nc;y\n", Format{Separator: ";", Text: "1", Label: "2", Header: HeaderNo}, []string{"a, b", "c"}, nil, ""},
		{"a text with a semicolon", "x.csv", "good; bad\nc\n", Format{Unlabelled: true, Text: "1", Header: HeaderNo}, []string{"good; bad", "c"}, nil, ""},
		{"broken lines", "x.tsv", "text\tlabel\na\tx\nb\nc\td\ty\ne\ty\n", Format{SkipBad: true}, []string{"a", "e"}, []int{0, 1}, "2 bad lines skipped"},
		{"a quote that is not closed, and others after it", "x.csv", "text,label\ngood film,1\n\"bad film,0\nok,1\n\"nice\",0\nfine,1\n", Format{SkipBad: true}, []string{"good film", "ok", "nice", "fine"}, []int{1, 1, 0, 1}, "1 bad lines skipped"},
		{"a quote that is never closed", "x.csv", "text,label\ngood film,1\nbad film,0\n\"un\nterminated,0\nfine,1\n", Format{SkipBad: true}, []string{"good film", "bad film", "terminated", "fine"}, nil, "1 bad lines skipped"},
		{"without a gold label", "x.tsv", "text\tlabel\na\t0\nb\t-1\nc\t1\nd\t-\n", Format{Training: true}, []string{"a", "c"}, []int{0, 1}, "2 without a label (-1 or -) dropped"},
		{"-1 among a model's labels", "x.tsv", "text\tlabel\na\t0\nb\t-1\n", Format{Labels: []string{"-1", "0"}}, []string{"a", "b"}, []int{1, 0}, ""},
		{"-1 as a score", "x.tsv", "text\tlabel\na\t0\nb\t-1\n", Format{Regression: true}, []string{"a", "b"}, nil, "scores from -1 to 0"},
	} {
		task, all, err := ReadFile(write(t, test.file, test.text), test.f)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		var texts []string
		var classes []int
		for _, x := range all {
			texts, classes = append(texts, x.Text), append(classes, x.Label)
		}
		if !slices.Equal(texts, test.texts) || test.classes != nil && !slices.Equal(classes, test.classes) || !strings.Contains(task.Found, test.found) {
			t.Errorf("%s: %q %v, %s", test.name, texts, classes, task.Found)
		}
	}
	if _, _, err := ReadFile(write(t, "x.tsv", "text\tlabel\na\nb\n"), Format{SkipBad: true}); err == nil || !strings.Contains(err.Error(), "2 lines are bad") {
		t.Errorf("only bad lines: %v", err)
	}
	for _, test := range []struct{ name, file, text, want string }{
		{"no gold label in measuring", "x.tsv", "text\tlabel\na\t0\nb\t-1\nc\t1\nd\t-\n", "line 3: -1 means a withheld label, and so in 2 of 4 examples"},
		{"another separator", "x.csv", "body;stars\na;1\n", `its first row has no "," but ";": perhaps --separator ";"`},
		{"commas in TSV", "x.tsv", "text,label\na,1\n", `its first row has no "\t" but ",": perhaps --separator ","`},
		{"a broken line", "x.tsv", "text\tlabel\na\tx\nb\n", "line 3: 1 columns instead of 2: a text that holds the separator or a line end has to be quoted, as CSV has it; --skip-bad-lines"},
	} {
		if _, _, err := ReadFile(write(t, test.file, test.text), Format{}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", test.name, err)
		}
	}
}

// The same files as the shared folder has them.
func TestWildTables(t *testing.T) {
	shared := os.Getenv("LTPBENCH_SHARED")
	if shared == "" {
		t.Skip("LTPBENCH_SHARED is not set")
	}
	for _, test := range []struct {
		file string
		f    Format
		n    int
		text string // of the second example
	}{
		{"float.csv", Format{}, 4, "bad film"},
		{"pandas-quotes-only.tsv", Format{}, 4, `he said "great" twice`},
		{"qqp-broken.tsv", Format{SkipBad: true}, 2, "three?"},
		{"semicolon.csv", Format{}, 2, "bad film"},
		{"trailing-blank.tsv", Format{}, 2, "bad"},
	} {
		_, all, err := ReadFile(filepath.Join(shared, "wild", "data", test.file), test.f)
		if err != nil || len(all) != test.n || all[1].Text != test.text {
			t.Errorf("%s: %d examples, %v", test.file, len(all), err)
		}
	}
	path := filepath.Join(shared, "wild", "data", "train-minus1.tsv")
	if task, _, err := ReadFile(path, Format{Training: true}); err != nil || len(task.Labels) != 3 {
		t.Errorf("%s: %v", path, err)
	}
	if _, _, err := ReadFile(path, Format{}); err == nil {
		t.Errorf("%s: read without a word", path)
	}
}

// A task's own files are unquoted, whatever is in them; that they look quoted is said. So AG News keeps its quotes.
func TestTaskFilesStayUnquoted(t *testing.T) {
	path := write(t, "test.tsv", "\"a \"\"b\"\"\"\tSports\nc\tWorld\n")
	if got, all, err := ReadFile(path, Format{Task: task(t, "AGNews")}); err != nil || all[0].Text != `"a ""b"""` || !got.Noted || !strings.Contains(got.Found, "--quote") {
		t.Errorf("%v %v", all, err)
	}
	if got, all, err := ReadFile(path, Format{Task: task(t, "AGNews"), Quote: QuoteYes}); err != nil || all[0].Text != `a "b"` || got.Noted {
		t.Errorf("asked: %v %v", all, err)
	}
}
