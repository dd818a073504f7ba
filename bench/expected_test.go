package bench_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"ltpbench/bench/compare"
	"ltpbench/bench/embedded"
	"ltpbench/bench/eval"
	"ltpbench/bench/text"
	"ltpbench/hw"
	"ltpbench/model"
	"ltpbench/pruners"
	"ltpbench/results"
)

var (
	update = flag.Bool("update", false, "make testdata/expected.txt anew")
	record = flag.String("record", "", "a file for what the machine's own kernels give, which .ci/parent compares")
)

const expected = "testdata/expected.txt"

// TestExpected holds accuracy, FLOPs and kept tokens of a few sentences to what is committed. The
// generic kernels compute it, for others round differently from machine to machine. A change that is meant
// is made with
//
//	go test ./bench -run Expected -update
//
// and its commit explains why, in a line that begins with "Expectation:"; .ci/parent looks for it.
func TestExpected(t *testing.T) {
	if *record != "" {
		// Where kernels are fast there can be more sentences.
		if err := os.WriteFile(*record, counted(t, "cpu", 200, "threshold:final=0.004"), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if testing.Short() {
		t.Skip("runs the generic kernels")
	}
	if runtime.GOARCH != "amd64" {
		t.Skip("elsewhere Go may fuse products and sums, which rounds differently")
	}
	got := counted(t, "cpu:generic", 12, "threshold:final=0.004")
	if *update {
		if err := os.WriteFile(expected, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(expected)
	if err != nil {
		t.Fatal(err)
	}
	if r := against(t, want, got); r.Failed(0) || len(r.OldOnly)+len(r.NewOnly) > 0 {
		var b strings.Builder
		r.Write(&b, 0, false)
		t.Errorf("%s says something else (old: committed, new: this program):\n%s", expected, b.String())
	}
	// A threshold that is another by 2 % shows: then the comparison can fail.
	if r := against(t, want, counted(t, "cpu:generic", 12, "threshold:final=0.00408")); len(r.Counts) == 0 {
		t.Error("another threshold gives the same counts")
	}
}

// against compares two records.
func against(t *testing.T, old, new []byte) *compare.Report {
	t.Helper()
	var runs []*results.Run
	for _, data := range [][]byte{old, new} {
		path := filepath.Join(t.TempDir(), "record.txt")
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		r, err := results.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, r...)
	}
	return compare.Of(runs[0], runs[1])
}

// counted is a record of all that is counted when the embedded model runs over SST-2's first sentences: with
// no rule, with thresholds and with both schedules of top-k.
func counted(t *testing.T, device string, sentences int, threshold string) []byte {
	t.Helper()
	d, err := hw.Open(device, hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	set, err := embedded.Load()
	if err != nil {
		t.Fatal(err)
	}
	e, err := model.New(d, set.Base)
	if err != nil {
		t.Fatal(err)
	}
	task, err := text.Lookup("SST-2")
	if err != nil {
		t.Fatal(err)
	}
	texts := text.Embedded()[:sentences]
	examples, _, err := text.Tokenize(set.Words, task, texts, 128)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "record.txt")
	w, err := results.Create(path, []results.Key{{Name: results.KeyModel, Value: embedded.Name}, {Name: results.KeyTask, Value: task.Name}})
	if err != nil {
		t.Fatal(err)
	}
	for i, spec := range []string{"none", threshold, "topk:rate=0", "topk:rate=-0.4,start=1"} {
		rule, err := pruners.Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		x, err := eval.Evaluate(context.Background(), e, rule, examples, false)
		if err != nil {
			t.Fatal(err)
		}
		right := 0.0
		for i, p := range x.Predicted {
			if p == float64(texts[i].Label) {
				right++
			}
		}
		keys := []results.Key{{Name: results.KeyMethod, Value: []string{"none", "threshold", "topk", "topk:start=1"}[i]}}
		points := []results.Point{{Name: "Sweep", Keys: keys, Iters: sentences, Values: append([]results.Value{{Unit: results.Accuracy, Value: right / float64(sentences)}}, x.Values()...)}}
		for layer := range set.Base.Config.Layers {
			kept := 0.0
			for _, k := range x.Kept {
				kept += float64(k[layer])
			}
			points = append(points, results.Point{Name: "Kept", Keys: append(keys[:1:1], results.Key{Name: "layer", Value: strconv.Itoa(layer)}),
				Iters: sentences, Values: []results.Value{{Unit: results.KeptTokens, Value: kept / float64(sentences)}}})
		}
		if err := w.Add(points...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
