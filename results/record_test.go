package results

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

var config = []Key{
	{"model", "minilm-6x384"},
	{"task", "sst2"},
	{"examples", "872"},
	{"machine", "AMD EPYC 7B13, 2 cores"},
	{"build", ""},
	{"command", "ltpbench sweep -o /tmp/a b"},
}

func sweep(method, spec string, values ...Value) Point {
	return Point{
		Name:   "Sweep",
		Keys:   []Key{{"model", "minilm-6x384"}, {"task", "sst2"}, {"method", method}, {"spec", spec}, {"seed", "1"}},
		Procs:  2,
		Iters:  872,
		Values: values,
	}
}

var points = []Point{
	sweep("none", "none", Value{Accuracy, 0.8716}, Value{"accuracy-low", 0.8478}, Value{"accuracy-high", 0.8922},
		Value{PaperFLOPs, 1.25e9}, Value{PaperRatio, 1}, Value{ExecutedRatio, 1}),
	sweep("none", "none", Value{SecondsPerOp, 6.5}),
	sweep("none", "none", Value{SecondsPerOp, 6.25}),
	sweep("topk", "topk:rate=0.2", Value{Accuracy, 0.86}, Value{"accuracy-low", 0.835}, Value{"accuracy-high", 0.8815},
		Value{PaperFLOPs, 9.4e8}, Value{PaperRatio, 0.752}, Value{ExecutedRatio, 0.73}, Value{TokensPerSecond, 3100},
		Value{Speedup, 1.31}, Value{"speedup-low", 1.28}, Value{"speedup-high", 1.335}, Value{P50Seconds, 0.0061}, Value{P95Seconds, 0.0119}),
	sweep("threshold", "threshold:file=a b/θ%.json", Value{Accuracy, 0.8681}, Value{"accuracy-low", 0.8440}, Value{"accuracy-high", 0.8893},
		Value{PaperFLOPs, 7.1e8}, Value{PaperRatio, 0.568}, Value{ExecutedRatio, 0.541}, Value{TokensPerSecond, 4025.3},
		Value{Speedup, 1.62}, Value{"speedup-low", 1.59}, Value{"speedup-high", 1.66}, Value{P50Seconds, 0.0051}, Value{P95Seconds, 0.0102}),
}

// writeRecord writes the points above and returns the record's path.
func writeRecord(t *testing.T, points ...Point) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "record.txt")
	w, err := Create(path, config)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range points {
		if err := w.Add(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) *Record {
	t.Helper()
	rec, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func text(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestRoundTrip(t *testing.T) {
	path := writeRecord(t, points...)
	golden(t, "record.txt", text(t, path))
	rec := read(t, path)
	if len(rec.Problems) > 0 {
		t.Errorf("problems: %v", rec.Problems)
	}
	if diff := cmp.Diff(points, rec.Points); diff != "" {
		t.Errorf("points (-written +read):\n%s", diff)
	}
	var want []Key
	for _, c := range config {
		if c.Value != "" {
			want = append(want, c)
		}
	}
	if diff := cmp.Diff(want, rec.Config); diff != "" {
		t.Errorf("configuration (-written +read):\n%s", diff)
	}
	if got := rec.Get("task"); got != "sst2" {
		t.Errorf("task is %q", got)
	}
}

// A run that is stopped anywhere leaves every line whose checksum was written.
func TestTornLine(t *testing.T) {
	data := text(t, writeRecord(t, points...))
	begin := strings.Index(data, "Benchmark")
	for n := begin; n <= len(data); n++ {
		path := filepath.Join(t.TempDir(), "torn.txt")
		if err := os.WriteFile(path, []byte(data[:n]), 0o644); err != nil {
			t.Fatal(err)
		}
		rec := read(t, path)
		kept, torn := data[:strings.LastIndex(data[:n], "\n")+1], 0
		last := strings.LastIndex(kept, sumPrefix)
		kept = kept[:last+strings.Index(kept[last:], "\n")+1] // what has no checksum does not count
		if len(kept) < n {
			torn = 1
		}
		whole := strings.Count(kept, "\nBenchmark")
		if len(rec.Points) != whole || len(rec.Problems) != torn {
			t.Fatalf("cut at byte %d: %d points and problems %v, want %d and %d", n, len(rec.Points), rec.Problems, whole, torn)
		}
		if torn == 1 && !strings.HasPrefix(rec.Problems[0].Error(), path+":") {
			t.Fatalf("problem without file and line: %v", rec.Problems[0])
		}
	}
}

func TestRefusedPoints(t *testing.T) {
	value := Value{Accuracy, 0.5}
	for _, tc := range []struct {
		name, want string
		point      Point
	}{
		{"NaN", "accuracy is NaN", sweep("a", "b", Value{Accuracy, math.NaN()})},
		{"infinity", "speedup is +Inf", sweep("a", "b", value, Value{Speedup, math.Inf(1)})},
		{"no values", "no values", sweep("a", "b")},
		{"unit twice", "two values of unit accuracy", sweep("a", "b", value, value)},
		{"unit", "white space", sweep("a", "b", Value{"a b", 1})},
		{"name", "capital letter", Point{Name: "sweep", Values: []Value{value}}},
		{"key", "key \"A\"", Point{Name: "Sweep", Keys: []Key{{"A", "1"}}, Values: []Value{value}}},
		{"key twice", "twice", Point{Name: "Sweep", Keys: []Key{{"a", "1"}, {"a", "2"}}, Values: []Value{value}}},
		{"exponent", "Decimal", sweep("a", "threshold:theta=0:1e-3", value)},
		{"exponent alone", "Decimal", sweep("a", "1e+06", value)},
		{"encoding", "UTF-8", sweep("a", "\xff", value)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "record.txt")
			w, err := Create(path, nil)
			if err != nil {
				t.Fatal(err)
			}
			err = w.Add(tc.point)
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), path) {
				t.Fatalf("error %v, want one with %q after the path", err, tc.want)
			}
			if err := w.Add(points[0]); err != nil {
				t.Errorf("the record does not go on: %v", err)
			}
			if err := w.Close(); err != nil {
				t.Error(err)
			}
			if rec := read(t, path); len(rec.Points) != 1 || len(rec.Problems) != 0 {
				t.Errorf("%d points, problems %v", len(rec.Points), rec.Problems)
			}
		})
	}
}
