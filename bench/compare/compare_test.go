package compare

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/results"
)

// text is a small record; its parts can be replaced.
const text = `kernel: avx2
Unit accuracy better=higher assume=exact
Unit lookups assume=exact
BenchmarkSweep/method=none/spec=none-2 4 0.75 accuracy 1 paper-ratio
BenchmarkSweep/method=topk/spec=topk:rate=0.5-2 4 0.5 accuracy 0.6 paper-ratio 5 kept-tokens/example 100 lookups
BenchmarkSweep/method=threshold/spec=threshold:theta=0:0.1/budget=0.5-2 4 0.5 accuracy
BenchmarkProduct/512x384/kernel=avx2-2 10 2000 ns/op 4 allocs/op
`

const answersText = `{"point":"Sweep/method=topk/spec=topk:rate=0.5-2","example":0,"label":1,"prediction":1,"logits":[0,1],"kept":[9,7]}
{"point":"Sweep/method=topk/spec=topk:rate=0.5-2","example":1,"label":1,"prediction":0,"logits":[1,0],"kept":[5,4]}
`

// open writes a record and its predictions and reads them.
func open(t *testing.T, record, answers string) *results.Run {
	t.Helper()
	dir := t.TempDir()
	for name, data := range map[string]string{results.RecordFile: record, results.PredictionsFile: answers} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	runs, err := results.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return runs[0]
}

func TestCounts(t *testing.T) {
	for _, c := range []struct {
		name     string
		old, new string // what in the new side's files is replaced
		fails    bool
		want     string
	}{
		{"nothing", "", "", false, "4 points in both records: all counted values are equal"},
		{"other threads", "-2 ", "-16 ", false, "4 points in both records"},
		{"accuracy", "0.5 accuracy 0.6", "0.25 accuracy 0.6", true, "accuracy: 0.5 -> 0.25"},
		{"the last bit", "0.6 paper-ratio", "0.6000000000000001 paper-ratio", true, "paper-ratio: 0.6 -> 0.6000000000000001"},
		{"a kept count", "5 kept-tokens", "6 kept-tokens", true, "kept-tokens/example: 5 -> 6"},
		{"a unit of the record's own", "100 lookups", "101 lookups", true, "lookups: 100 -> 101"},
		{"time", "2000 ns/op", "4000 ns/op", false, "sec/op"},
		{"no memory", "4 allocs/op", "0 allocs/op", false, "0.000"},
		{"memory", "4 allocs/op", "5 allocs/op", false, "allocs/op"},
		{"an example's kept tokens", `"kept":[5,4]`, `"kept":[5,3]`, true, "kept tokens: 1 of 2 examples differ"},
		{"an answer", `"prediction":0`, `"prediction":1`, true, "answers: 1 of 2 differ -> 0 examples lost, 1 won (McNemar p = 1)"},
		{"logits", "[1,0]", "[1.25,0]", false, "equal"},
		{"another example", `"example":1`, `"example":2`, true, "not all the same"},
		{"a new point", "BenchmarkProduct/512x384", "BenchmarkProduct/32x384", false, "only in the new record: Product/32x384/kernel=avx2"},
		{"a unit that disappears", " 100 lookups", "", false, "only in the old record: Sweep/method=topk/spec=topk:rate=0.5, lookups"},
		{"another spec", "spec=topk:rate=0.5", "spec=topk:rate=0.4", false, "only in the new record: Sweep/method=topk/spec=topk:rate=0.4"},
		{"another spec at a budget", "spec=threshold:theta=0:0.1/", "spec=threshold:theta=learned/", false, "4 points in both records: all counted values are equal"},
		{"another count at a budget", "spec=threshold:theta=0:0.1/budget=0.5-2 4 0.5", "spec=threshold:theta=learned/budget=0.5-2 4 0.25", true, "accuracy: 0.5 -> 0.25"},
		{"a new kernel", "kernel: avx2", "kernel: avx512", false, "differs: kernel: avx2, avx512"},
		{"nothing in common", "Benchmark", "BenchmarkNew", true, "no point in common"},
		{"a repeat at odds", "Unit lookups", "BenchmarkSweep/method=none/spec=none-2 4 0.5 accuracy\nUnit lookups", true, "accuracy: 0.75 -> 0.5, 0.75"},
	} {
		swap := strings.NewReplacer(c.old, c.new)
		if c.old == "" {
			swap = strings.NewReplacer()
		}
		r := Of(open(t, text, answersText), open(t, swap.Replace(text), swap.Replace(answersText)))
		var b strings.Builder
		if err := r.Write(&b, 0.05, true); err != nil {
			t.Fatal(err)
		}
		if r.Failed(0.05) != c.fails || !strings.Contains(b.String(), c.want) {
			t.Errorf("%s: failed is %v, and %q lacks %q", c.name, r.Failed(0.05), b.String(), c.want)
		}
	}
}

// times is a record of so many benchmarks, n samples each, around a time; unit specifies which way it is.
func times(t *testing.T, benchmarks, n int, around float64, unit string) *results.Run {
	var b strings.Builder
	for i := range n {
		for k := range benchmarks {
			fmt.Fprintf(&b, "BenchmarkThing/k=%d-2 1 %v %s\n", k, around*(1+0.002*float64((i*7+k)%5)), unit)
		}
	}
	return open(t, b.String(), "")
}

func TestTimes(t *testing.T) {
	for _, c := range []struct {
		name          string
		benchmarks, n int
		change        float64
		unit          string
		slow          int
	}{
		{"slower", 1, 8, 1.2, "ns/op", 1},
		{"faster", 1, 8, 0.8, "ns/op", 0},
		{"less throughput", 1, 8, 0.8, "tok/s", 1},
		{"more throughput", 1, 8, 1.2, "tok/s", 0},
		{"slower, but by less than the threshold", 1, 8, 1.04, "ns/op", 0},
		{"the same", 1, 8, 1, "ns/op", 0},
		{"too few samples", 1, 3, 2, "ns/op", 0},
		{"too few for so many", 20, 5, 2, "ns/op", 0}, // 20 times 0.0079 is not significant
		{"enough for so many", 20, 8, 2, "ns/op", 20},
		{"a unit that tells no direction", 1, 8, 2, "things", 0},
	} {
		r := Of(times(t, c.benchmarks, c.n, 1000, c.unit), times(t, c.benchmarks, c.n, 1000*c.change, c.unit))
		if got := r.Slow(0.05); len(got) != c.slow || r.Failed(0.05) != (c.slow > 0) {
			t.Errorf("%s: %d slower, want %d: %+v", c.name, len(got), c.slow, r.Times)
		}
		if r.Failed(math.Inf(1)) {
			t.Errorf("%s: fails however slow it may be", c.name)
		}
		for _, x := range r.Times {
			if !(math.Abs(x.Ratio-c.change) <= 0.01) || c.n >= 6 && !(x.Interval.Contains(c.change) && x.Interval.Low > 0.9*c.change && x.Interval.High < 1.1*c.change) {
				t.Errorf("%s: %+v", c.name, x)
			}
			if c.n < 6 && !math.IsInf(x.Interval.High, 1) {
				t.Errorf("%s: an interval out of %d samples: %v", c.name, c.n, x.Interval)
			}
		}
		if all := r.Together(); len(all) != 1 || all[0].Points != c.benchmarks || !(math.Abs(all[0].Ratio-c.change) <= 0.01) {
			t.Errorf("%s: %+v", c.name, all)
		}
	}
}
