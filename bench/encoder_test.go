package bench_test

import (
	"fmt"
	"slices"
	"testing"

	"ltpbench/bench/embedded"
	"ltpbench/bench/text"
	"ltpbench/hw"
	_ "ltpbench/hw/cpu"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
	"ltpbench/results"
)

// BenchmarkEncoder runs the embedded model over batches of sequences of one length, with
// a rule of each kind: real tokens a second, FLOPs that are executed of the unpruned
// ones, and what is allocated on the way, which is nothing. Rules side by side:
//
//	go test -run '^$' -bench Encoder -count 6 ./bench >encoder.txt
//	go run golang.org/x/perf/cmd/benchstat -col /pruner encoder.txt
func BenchmarkEncoder(b *testing.B) {
	e, text := encoder(b)
	for _, rule := range rules(b) {
		for _, tokens := range []int{16, 64, 128} {
			for _, batch := range []int{1, 8, 32} {
				b.Run(fmt.Sprintf("pruner=%s/tokens=%d/batch=%d", rule.Spec(), tokens, batch), func(b *testing.B) {
					once, executed := forward(b, e, rule, text.batch(tokens, batch))
					b.ReportAllocs()
					for b.Loop() {
						once()
					}
					b.ReportMetric(float64(tokens*batch*b.N)/b.Elapsed().Seconds(), results.TokensPerSecond)
					b.ReportMetric(executed, results.ExecutedFLOPs)
				})
			}
		}
	}
}

// TestEncoderAllocatesNothing: what a run needs it has from the start.
func TestEncoderAllocatesNothing(t *testing.T) {
	e, text := encoder(t)
	for _, rule := range rules(t) {
		once, _ := forward(t, e, rule, text.batch(24, 2))
		if n := testing.AllocsPerRun(5, once); n != 0 {
			t.Errorf("%s: %v allocations a batch", rule.Spec(), n)
		}
	}
}

// encoder opens the embedded model on the CPU.
func encoder(t testing.TB) (*model.Encoder, words) {
	t.Helper()
	d, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	set, err := embedded.Load()
	if err != nil {
		t.Fatal(err)
	}
	e, err := model.New(d, set.Base)
	if err != nil {
		t.Fatal(err)
	}
	return e, newWords(t, set)
}

func rules(t testing.TB) (list []pruners.Pruner) {
	t.Helper()
	for _, spec := range []string{"none", "topk:rate=-0.4,start=1", "threshold:final=0.008", "random:keep=0.4,seed=1"} {
		rule, err := pruners.Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, rule)
	}
	return list
}

// forward returns a pass over a batch, which it has run once, and the FLOPs that were
// executed for each of its sequences.
func forward(t testing.TB, e *model.Encoder, rule pruners.Pruner, batch ragged.Batch) (once func(), executed float64) {
	t.Helper()
	var size model.Size
	size.Fit(batch.Seqs)
	r, err := model.NewHardRun(e, rule, size, model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	once = func() {
		r.Load(batch)
		e.Forward(r)
		if err := r.Sync(); err != nil {
			t.Fatal(err)
		}
	}
	once()
	asking, alive, kept := r.Counts()
	for s := range alive {
		executed += float64(model.Executed(&e.Config, asking[s], alive[s], kept[s]))
	}
	return once, executed / float64(len(alive))
}

// words is SST-2's dev split as one long text between the separators of a sentence.
type words struct {
	first, last int32
	pieces      []int32
}

func newWords(t testing.TB, set *embedded.Set) (w words) {
	for _, x := range text.Embedded() {
		ids, err := set.Words.Encode(x.Text, nil, 128)
		if err != nil {
			t.Fatal(err)
		}
		n := len(ids.IDs)
		w.first, w.last, w.pieces = ids.IDs[0], ids.IDs[n-1], append(w.pieces, ids.IDs[1:n-1]...)
	}
	return w
}

// batch cuts so many sequences of so many tokens out of the text.
func (w words) batch(tokens, sequences int) ragged.Batch {
	var list []ragged.Sequence
	for rest := range slices.Chunk(w.pieces[:sequences*(tokens-2)], tokens-2) {
		list = append(list, ragged.Sequence{IDs: slices.Concat([]int32{w.first}, rest, []int32{w.last})})
	}
	return ragged.Pack(list...)
}
