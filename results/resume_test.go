package results

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// A record cut anywhere continues to be what it would have been undisturbed.
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
		w, err := record.Resume(len(record.Points))
		write(w, err, len(record.Points))
		if got := text(t, path); got != whole {
			t.Fatalf("cut after %d bytes, gone on with from point %d:\n%s\nwant:\n%s", n, len(record.Points), got, whole)
		}
	}
	record, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := record.Resume(len(points) + 1); err == nil {
		t.Error("a record has more points than it has")
	}
	w, err = record.Resume(1)
	write(w, err, 1)
	if got := text(t, path); got != whole {
		t.Errorf("gone on with from point 1:\n%s", got)
	}
}

// both writes a record of two points with their predictions, and returns the files' texts.
func both(t *testing.T, dir string) (record, predictions string) {
	t.Helper()
	w, err := Create(filepath.Join(dir, RecordFile), config)
	if err != nil {
		t.Fatal(err)
	}
	beside, err := CreatePredictions(filepath.Join(dir, PredictionsFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range two() {
		if err := errors.Join(beside.Add(x.predictions), w.AddPredicted(x.Point, x.predictions)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), beside.Close()); err != nil {
		t.Fatal(err)
	}
	return text(t, filepath.Join(dir, RecordFile)), text(t, filepath.Join(dir, PredictionsFile))
}

type predictedPoint struct {
	Point
	predictions []Prediction
}

func two() (list []predictedPoint) {
	for i, name := range []string{"A", "B"} {
		p := Point{Name: name, Procs: 2, Iters: 2, Values: []Value{{Accuracy, 0.5 + float64(i)/4}}}
		list = append(list, predictedPoint{p, []Prediction{{Point: name + "-2", Logits: []float32{1, 2}}, {Point: name + "-2", Example: 1, Prediction: float64(i)}}})
	}
	return list
}

// Whatever is done to a byte or a line of a record or its predictions, or where either is cut: continuing them gives
// the files of an undisturbed run, or is an error that names the file and the line; and no reader takes a wrong number.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	record, predictions := both(t, dir)
	good := map[string]string{RecordFile: record, PredictionsFile: predictions}
	want := two()
	check := func(what, file, data string) {
		t.Helper()
		for name, text := range good {
			if name == file {
				text = data
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		run, err := openRun(filepath.Join(dir, RecordFile))
		if err != nil {
			return // refused: it names the file
		}
		for _, p := range run.Points {
			if i := slices.IndexFunc(want, func(x predictedPoint) bool { return x.Name == p.Name }); i < 0 || !slices.Equal(p.Values, want[i].Values) {
				t.Errorf("%s: the record has %+v", what, p)
			}
			n := len(run.PredictionsOf([]Point{p}))
			if n != 0 && n != 2 {
				t.Errorf("%s: %d predictions", what, n)
			}
		}
		old, err := Read(filepath.Join(dir, RecordFile))
		if err != nil || old.Damage() != nil {
			return
		}
		named := func(err error) bool {
			return strings.Contains(err.Error(), filepath.Join(dir, RecordFile)) || strings.Contains(err.Error(), filepath.Join(dir, PredictionsFile)+":")
		}
		beside, err := old.ResumePredictions(filepath.Join(dir, PredictionsFile), len(old.Points))
		if err != nil {
			if !named(err) {
				t.Errorf("%s: %v", what, err)
			}
			return
		}
		w, err := old.Resume(len(old.Points))
		if err != nil {
			if !named(err) {
				t.Errorf("%s: %v", what, err)
			}
			return
		}
		for _, x := range want[len(old.Points):] {
			if err := errors.Join(beside.Add(x.predictions), w.AddPredicted(x.Point, x.predictions)); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(w.Close(), beside.Close()); err != nil {
			t.Fatal(err)
		}
		a, b := text(t, filepath.Join(dir, RecordFile)), text(t, filepath.Join(dir, PredictionsFile))
		if a != record || b != predictions {
			t.Fatalf("%s: after it\n%s\n%s\nwant\n%s\n%s", what, a, b, record, predictions)
		}
	}
	for file, data := range good {
		for n := 0; n < len(data); n += 3 {
			check(fmt.Sprintf("%s cut at %d", file, n), file, data[:n])
			for _, c := range []byte{data[n] ^ 1, '\n'} {
				if c != data[n] {
					check(fmt.Sprintf("%s, byte %d is %q", file, n, c), file, data[:n]+string(rune(c))+data[n+1:])
				}
			}
		}
		lines := strings.SplitAfter(data, "\n")
		for i, line := range lines {
			before, after := strings.Join(lines[:i], ""), strings.Join(lines[i:], "")
			check(fmt.Sprintf("%s, line %d twice", file, i+1), file, before+line+after)
			check(fmt.Sprintf("%s without line %d", file, i+1), file, before+strings.TrimPrefix(after, line))
			check(fmt.Sprintf("%s, garbage before line %d", file, i+1), file, before+"garbage\n"+after)
			check(fmt.Sprintf("%s, blank before line %d", file, i+1), file, before+"\n"+after)
		}
	}
}

// Records and predictions of builds without checksums continue without.
func TestResumeWithoutChecksums(t *testing.T) {
	dir := t.TempDir()
	record, predictions := both(t, dir)
	plain := regexp.MustCompile("(?m)^# .*\n").ReplaceAllString(record, "")
	path, beside := filepath.Join(dir, RecordFile), filepath.Join(dir, PredictionsFile)
	first := strings.Index(predictions, "B-2") - len(`{"point":"`)
	for n := strings.Index(plain, "BenchmarkB"); n <= len(plain); n++ {
		if err := errors.Join(os.WriteFile(path, []byte(plain[:n]), 0o644), os.WriteFile(beside, []byte(predictions[:max(first, min(len(predictions), n))]), 0o644)); err != nil {
			t.Fatal(err)
		}
		old, err := Read(path)
		if err != nil || old.Damage() != nil {
			t.Fatal(err, old.Damage())
		}
		if n == len(plain) {
			break
		}
		w, err := old.Resume(1)
		if err != nil {
			t.Fatal(err)
		}
		more, err := old.ResumePredictions(beside, 1)
		if err != nil {
			t.Fatal(err)
		}
		x := two()[1]
		if err := errors.Join(more.Add(x.predictions), w.AddPredicted(x.Point, x.predictions), w.Close(), more.Close()); err != nil {
			t.Fatal(err)
		}
		if a, b := text(t, path), text(t, beside); a != plain || b != predictions {
			t.Fatalf("cut at %d: %s\n%s", n, a, b)
		}
	}
}

// FuzzResume: Resume keeps what Read reads, whatever the record holds.
func FuzzResume(f *testing.F) {
	f.Add([]byte("a: b\n\nUnit x better=higher\nBenchmarkA-2 1 0.5 x\nBenchmarkB 1 NaN x\nBenchmarkC-2 1 2 x\n"))
	f.Add([]byte("a: b\n\n# sha256 0\nBenchmarkA-2 1 0.5 x\n# predictions 3 ab\nBenchmark\n"))
	f.Add(summed([]byte("a: b\n\n")))
	f.Fuzz(func(t *testing.T, data []byte) {
		old, err := parse("f", data)
		if err != nil || old.Damage() != nil {
			return
		}
		w, end, err := old.writer(data, len(old.Points))
		if err != nil {
			return
		}
		disk := &fullDisk{data: bytes.Clone(data[:end]), room: 1 << 30}
		w.file = &appendFile{f: disk, path: "f", size: int64(end)}
		p := Point{Name: "Last", Procs: 2, Iters: 1, Values: []Value{{"y", 1}}}
		if err := w.Add(p); err != nil {
			t.Fatal(err)
		}
		now, err := parse("f", disk.data)
		if err != nil || now.Damage() != nil {
			t.Fatalf("%v, %v in\n%s", err, now.Damage(), disk.data)
		}
		if !cmp.Equal(append(slices.Clone(old.Points), p), now.Points, cmpopts.EquateEmpty()) {
			t.Errorf("%v\nbecomes\n%v", old.Points, now.Points)
		}
	})
}

// A record continues with what its head is true of, on another command line.
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
