package text

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestLookup(t *testing.T) {
	for _, name := range Names() {
		got, err := Lookup(strings.ToLower(name))
		if err != nil || got.Name != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Lookup("SST-3"); err == nil || !strings.Contains(err.Error(), "SST-2") {
		t.Errorf("an unknown task: %v", err)
	}
}

// Every entry of the table can be read at all: its columns are there and its names differ.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, task := range table {
		if seen[task.Name] || len(task.Metrics) == 0 || len(task.Splits) == 0 {
			t.Errorf("%s: twice, or without metrics or splits", task.Name)
		}
		seen[task.Name] = true
		if task.Regression() != (task.High > task.Low) {
			t.Errorf("%s: labels and scores both or neither", task.Name)
		}
		for split, files := range task.Splits {
			for _, f := range files {
				if f.Text == "" || (f.Pair != "") != task.Pair {
					t.Errorf("%s %s: text %q, pair %q", task.Name, f.Name, f.Text, f.Pair)
				}
				for _, column := range []string{f.Text, f.Pair, f.Label} {
					if _, err := strconv.Atoi(column); column != "" && (err == nil) == f.Header {
						t.Errorf("%s %s: column %q", task.Name, f.Name, column)
					}
				}
			}
			if len(files) == 0 {
				t.Errorf("%s %s: no file", task.Name, split)
			}
		}
	}
}

func TestEmbedded(t *testing.T) {
	all := Embedded()
	positive := 0
	for _, e := range all {
		positive += e.Label
	}
	if len(all) != 872 || positive != 444 || all[0].Text != "it 's a charming and often affecting journey . " {
		t.Errorf("%d sentences, %d positive, the first %q", len(all), positive, all[0].Text)
	}
	all[0].Text = ""
	if Embedded()[0].Text == "" {
		t.Error("callers share one slice")
	}
}

// A model's order of labels, and other labels, count for the embedded text too.
func TestReadEmbedded(t *testing.T) {
	sst2 := task(t, "SST-2")
	got, all, err := ReadEmbedded(Format{Task: sst2, Labels: []string{"POSITIVE", "NEGATIVE"}, Model: "M"})
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range Embedded() {
		if got.Labels[all[i].Label] != sst2.Labels[e.Label] || all[i].Text != e.Text {
			t.Fatalf("example %d: %+v, %+v of %q", i, e, all[i], got.Labels)
		}
	}
	if got.Positive != 0 || table[0].Labels[0] != "negative" {
		t.Errorf("positive is %d, the table has %q", got.Positive, table[0].Labels)
	}
	for _, f := range []Format{{Task: sst2, Labels: []string{"a", "b", "c"}, Model: "M"}, {Labels: []string{"1", "2"}, Model: "M"}} {
		if _, _, err := ReadEmbedded(f); err == nil || !strings.Contains(err.Error(), "M has") {
			t.Errorf("labels %q: %v", f.Labels, err)
		}
	}
}

// Every file that is there reads whole, as many examples as it has lines.
func TestOpenShared(t *testing.T) {
	shared := os.Getenv("LTPBENCH_SHARED")
	if shared == "" {
		t.Skip("LTPBENCH_SHARED is not set")
	}
	dir := filepath.Join(shared, "data")
	for _, name := range Names() {
		task, _ := Lookup(name)
		for _, split := range task.SplitNames() {
			if split == "unsup" || name == "QNLI" && split == "train" {
				continue
			}
			all, err := Open(dir, task, split)
			if err != nil {
				t.Fatal(err)
			}
			want := lines(t, filepath.Join(dir, name, task.Splits[split][0].Name+".gz"))
			if task.Splits[split][0].Header {
				want--
			}
			if len(all) != want {
				t.Errorf("%s %s: %d examples, not %d", name, split, len(all), want)
			}
			count := make([]int, max(1, len(task.Labels)))
			for _, e := range all {
				count[e.Label]++
				if e.Text == "" || e.HasPair != task.Pair || e.HasPair && e.Pair == "" {
					t.Fatalf("%s %s: %+v", name, split, e)
				}
			}
			for label, n := range count {
				if n < len(all)/10 {
					t.Errorf("%s %s: label %d only %d times", name, split, label, n)
				}
			}
		}
	}
}

// lines counts the lines of a compressed file, the last one with or without its end.
func lines(t *testing.T, path string) int {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return len(strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"))
}

// What is known to stand twice in the published files.
func TestDistinctShared(t *testing.T) {
	shared := os.Getenv("LTPBENCH_SHARED")
	if shared == "" {
		t.Skip("LTPBENCH_SHARED is not set")
	}
	read := func(name, split string) []Example {
		task, _ := Lookup(name)
		all, err := Open(filepath.Join(shared, "data"), task, split)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	train, test := read("AGNews", "train"), read("AGNews", "test")
	if _, n := Without(train, test); n != 10 {
		t.Errorf("AGNews: %d training texts stand in test, not 10", n)
	}
	if kept, _ := Distinct(read("IMDB", "train")); len(kept) != 24904 {
		t.Errorf("IMDB: %d distinct reviews", len(kept))
	}
}
