package results

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A record cut anywhere goes on to be what it would have been undisturbed.
func TestResume(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sweep.txt")
	write := func(w *Writer, err error, from int) {
		t.Helper()
		for _, p := range points[from:] {
			if err == nil {
				err = w.Add(p)
			}
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	w, err := Create(path, config)
	write(w, err, 0)
	whole := text(t, path)
	for n := strings.Index(whole, "\n\n") + 2; n <= len(whole); n += 7 {
		if err := os.WriteFile(path, []byte(whole[:n]), 0o644); err != nil {
			t.Fatal(err)
		}
		record, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		w, err := Resume(path, len(record.Points))
		write(w, err, len(record.Points))
		if got := text(t, path); got != whole {
			t.Fatalf("cut after %d bytes, gone on with from point %d:\n%s\nwant:\n%s", n, len(record.Points), got, whole)
		}
	}
	if _, err := Resume(path, len(points)+1); err == nil {
		t.Error("a record has more points than it has")
	}
	w, err = Resume(path, 1)
	write(w, err, 1)
	if got := text(t, path); got != whole {
		t.Errorf("gone on with from point 1:\n%s", got)
	}
}

func TestResumePredictions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "predictions.jsonl")
	a, b := []Prediction{{Point: "A-1"}, {Point: "A-1", Example: 1}}, []Prediction{{Point: "B-1"}, {Point: "B-1", Example: 1}}
	w, err := CreatePredictions(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add(a); err != nil {
		t.Fatal(err)
	}
	first := len(text(t, path))
	if err := w.Add(b); err != nil {
		t.Fatal(err)
	}
	whole := text(t, path)
	for n := first; n <= len(whole); n++ {
		if err := os.WriteFile(path, []byte(whole[:n]), 0o644); err != nil {
			t.Fatal(err)
		}
		w, err := ResumePredictions(path, func(p *Prediction) bool { return p.Point == "A-1" })
		if err == nil {
			err = w.Add(b)
		}
		if err == nil {
			err = w.Close()
		}
		if got := text(t, path); err != nil || got != whole {
			t.Fatalf("cut after %d bytes: %v\n%s", n, err, got)
		}
	}
}

// A record goes on with what its head is true of, on another command line.
func TestDiffers(t *testing.T) {
	record := &Record{Config: []Key{{"device", "cpu"}, {"cpu", "EPYC"}, {"threads", "2"}, {"command", "a"}}}
	for _, tc := range []struct {
		config       []Key
		key, was, is string
	}{
		{[]Key{{"device", "cpu"}, {"cpu", " EPYC "}, {"threads", "2"}, {"build", ""}, {"command", "b"}}, "", "", ""},
		{[]Key{{"device", "cpu"}, {"cpu", "EPYC"}, {"threads", "1"}}, "threads", "2", "1"},
		{[]Key{{"device", "cpu"}, {"threads", "2"}}, "cpu", "EPYC", ""},
		{[]Key{{"gpu", "H100"}, {"device", "cpu"}, {"threads", "2"}}, "gpu", "", "H100"},
	} {
		if key, was, is := record.Differs(tc.config); key != tc.key || was != tc.was || is != tc.is {
			t.Errorf("%v: %q, %q and %q", tc.config, key, was, is)
		}
	}
}
