package results

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchproc"
)

func TestRead(t *testing.T) {
	for _, tc := range []struct {
		name, data string
		points     int
		problem    string // a part of the only problem
		err        string // a part of the error
	}{
		{"empty", "", 0, "", ""},
		{"other text", "PASS\nok  \tpkg\t1s\nBenchmarkA-2 1 5 sec/op\n", 1, "", ""},
		{"no count", "BenchmarkA-2 x 5 sec/op\nBenchmarkA-2 1 5 sec/op\n", 1, "f:1: parsing iteration count", ""},
		{"no unit", "BenchmarkA-2 1 5 sec/op\nBenchmarkA-2 1 5\n", 1, "f:2: missing units", ""},
		{"NaN", "BenchmarkA-2 1 NaN accuracy\nBenchmarkA-2 1 5 sec/op\n", 1, "f:1: accuracy is NaN", ""},
		{"torn", "BenchmarkA-2 1 5 sec/op\nBenchmarkA-2 1 0.8 accuracy", 1, "f:2: the last line is incomplete", ""},
		{"metadata", "Unit accuracy better=lower\nUnit accuracy better=higher\nBenchmarkA 1 1 accuracy\n", 1, "f:2: metadata better of unit accuracy already set", ""},
		{"two runs", "a: 1\nBenchmarkA-2 1 5 sec/op\na: 2\nBenchmarkA-2 1 5 sec/op\n", 0, "", "f:4: configuration \"a\" changes"},
		{"configuration ends", "a: 1\nBenchmarkA-2 1 5 sec/op\na:\nBenchmarkA-2 1 5 sec/op\n", 0, "", "f:4: configuration \"a\" changes"},
		{"long line", "Benchmark" + strings.Repeat("A", 1<<17) + "\n", 0, "", "too long"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rec, err := parse("f", []byte(tc.data))
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Fatalf("error %v, want %q", err, tc.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(rec.Points) != tc.points {
				t.Errorf("%d points, want %d", len(rec.Points), tc.points)
			}
			if tc.problem == "" && len(rec.Problems) > 0 ||
				tc.problem != "" && (len(rec.Problems) != 1 || !strings.HasPrefix(rec.Problems[0].Error(), tc.problem)) {
				t.Errorf("problems %v, want %q", rec.Problems, tc.problem)
			}
		})
	}
	if _, err := Read(filepath.Join(t.TempDir(), "absent")); err == nil || !strings.Contains(err.Error(), "absent") {
		t.Errorf("no file: %v", err)
	}
}

func TestForeignNames(t *testing.T) {
	rec, err := parse("f", []byte("BenchmarkSort/large/n=10%-8 10 1500 ns/op\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Point{{Name: "Sort", Keys: []Key{{"", "large"}, {"n", "10%"}}, Procs: 8, Iters: 10, Values: []Value{{SecondsPerOp, 1.5e-6}}}}
	if diff := cmp.Diff(want, rec.Points); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What benchstat does first: each part of a name is a separate dimension, the
// number of threads is not mixed up with the last value, and units have metadata.
func TestBenchstatGroups(t *testing.T) {
	data := text(t, writeRecord(t,
		sweep("topk", "topk:rate=0.001", Value{Accuracy, 0.5}, Value{"speedup-low", 1}),
		sweep("topk", "topk:rate=-0.5", Value{Accuracy, 0.6})))
	var parser benchproc.ProjectionParser
	rows, err := parser.Parse("/method,/spec,/seed,/gomaxprocs,task", nil)
	if err != nil {
		t.Fatal(err)
	}
	in := benchfmt.NewReader(strings.NewReader(data), "f")
	var got []string
	for in.Scan() {
		if res, ok := in.Result().(*benchfmt.Result); ok {
			got = append(got, rows.Project(res).String())
		}
	}
	want := []string{
		"/method:topk /spec:topk:rate=0.001 /seed:1 /gomaxprocs:2 task:sst2",
		"/method:topk /spec:topk:rate=-0.5 /seed:1 /gomaxprocs:2 task:sst2",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if in.Units().GetBetter(Accuracy) != 1 || in.Units().Get(Accuracy, "assume").Value != "exact" || in.Units().Get("speedup-low", "assume") != nil {
		t.Errorf("unit metadata %v", in.Units())
	}
}

func TestUnits(t *testing.T) {
	for _, u := range Units() {
		if u.Better.String() == "" || u.Doc == "" || !goodUnit(u.Name) {
			t.Errorf("unit %+v is not complete", u)
		}
		if got, ok := unitNamed(u.Name + "-high"); !ok || got != u {
			t.Errorf("interval of %s has the unit %+v", u.Name, got)
		}
	}
}

// Whatever the file says, reading does not panic, and what was read and can be
// written reads the same again.
func FuzzRead(f *testing.F) {
	f.Add([]byte("model: a\n\nUnit accuracy better=higher\nBenchmarkSweep/method=a%2Fb-2 3 0.5 accuracy\n"))
	f.Add([]byte("BenchmarkA/x-1e-3 1 5 ns/op 7 B/op\nBenchmarkB 1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rec, err := parse("f", data)
		if err != nil {
			return
		}
		rec.Rows()
		var b bytes.Buffer
		if header, err := formatHeader(rec.Config); err == nil {
			b.Write(header)
		}
		var written []Point
		for _, p := range rec.Points {
			line, err := formatPoint(&p)
			if err != nil {
				continue
			}
			p.Procs, p.Iters = max(1, p.Procs), max(1, p.Iters)
			b.Write(line)
			written = append(written, p)
		}
		again, err := parse("g", b.Bytes())
		if err != nil || len(again.Problems) > 0 {
			t.Fatalf("error %v, problems %v in\n%s", err, again.Problems, b.Bytes())
		}
		if diff := cmp.Diff(written, again.Points); diff != "" {
			t.Errorf("(-written +read):\n%s\n%s", diff, b.Bytes())
		}
	})
}

// A run that is stopped before its first point leaves its configuration.
func TestConfigurationWithoutPoints(t *testing.T) {
	path := writeRecord(t)
	rec := read(t, path)
	if len(rec.Points) != 0 || len(rec.Problems) != 0 || rec.Get("task") != "sst2" || rec.Get("machine") == "" {
		t.Errorf("%d points, problems %v, configuration %v", len(rec.Points), rec.Problems, rec.Config)
	}
	data := text(t, path)
	for n := range len(data) {
		rec, err := parse("f", []byte(data[:n]))
		if err != nil {
			t.Fatal(err)
		}
		whole := 0
		for line := range strings.Lines(data[:n]) {
			if strings.Contains(line, ": ") && strings.HasSuffix(line, "\n") {
				whole++
			}
		}
		if len(rec.Config) != whole {
			t.Fatalf("cut at byte %d: %d keys, want %d", n, len(rec.Config), whole)
		}
	}
}

// A record that is cut anywhere reads up to there: its points are the first of the whole.
func FuzzCut(f *testing.F) {
	f.Add([]byte("model: a\n\nUnit accuracy better=higher\nBenchmarkSweep/method=a-2 3 0.5 accuracy\nBenchmarkSweep/method=b-2 3 0.5 accuracy\n"), 99)
	f.Add([]byte("Benchmark 1 1 a\nx: 1\n\nBenchmarkA 1 2 ns/op"), 17)
	f.Fuzz(func(t *testing.T, data []byte, at int) {
		whole, err := parse("f", data)
		if err != nil || len(data) == 0 || whole.Damage() != nil { // a checksum that is cut off takes nothing away
			return
		}
		if at %= len(data) + 1; at < 0 {
			at = -at
		}
		cut, err := parse("f", data[:at])
		if err != nil {
			t.Fatalf("cut at %d: %v", at, err)
		}
		if n := len(cut.Points); n > len(whole.Points) {
			t.Fatalf("cut at %d: %d points of %d", at, n, len(whole.Points))
		} else if diff := cmp.Diff(whole.Points[:n], cut.Points, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("cut at %d (-whole +cut):\n%s", at, diff)
		}
		if lines := bytes.Count(data[:at], []byte("\n")); at > 0 && data[at-1] != '\n' && len(cut.Problems) == 0 {
			t.Errorf("cut in line %d, and nothing is said of it", lines+1)
		}
	})
}
