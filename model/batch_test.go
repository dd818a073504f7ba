package model_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/pruners"
)

// outcome is all that a run says of one sequence. No number in it may be NaN: that
// equals nothing.
type outcome struct {
	Logits   []float32
	Kept     [][]int32   // by layer
	Received [][]float32 // by layer; nil where the rule reads no scores
}

// outcomes runs a rule over the oracle's batch, or over these sequences of it.
func outcomes(t *testing.T, e *model.Encoder, n *oracle.Net, p pruners.Pruner, o model.Options, which ...int) []outcome {
	t.Helper()
	r, logits := run(t, e, p, n.Cases.Pack(which...), o)
	all := make([]outcome, len(logits))
	for b := range all {
		all[b].Logits = logits[b]
		for layer := range e.Config.Layers {
			seqs, positions := r.Kept(layer)
			all[b].Kept = append(all[b].Kept, slices.Clone(positions[seqs[b]:seqs[b+1]]))
			var received []float32
			if seqs, scores := r.Received(layer); scores != nil {
				received = slices.Clone(scores[seqs[b]:seqs[b+1]])
			}
			all[b].Received = append(all[b].Received, received)
		}
	}
	return all
}

// TestBatchExact: a sequence's logits, scores and kept rows have the same bits
// alone, in any batch, in any order, with one thread and with two; whether the
// last layer is whole or row 0 of it alone.
func TestBatchExact(t *testing.T) {
	oracle.Each(t, "testdata", func(t *testing.T, n oracle.Net) {
		c := load(t, n.Dir)
		devices(t, func(t *testing.T, d hw.Device) {
			if !d.Info().BatchExact {
				t.Skip("this device does not promise it")
			}
			single, err := hw.Open("cpu:"+d.Info().Kernel, hw.Options{Threads: 1})
			if err != nil {
				t.Fatal(err)
			}
			defer single.Close()
			e, one := encoder(t, d, c), encoder(t, single, c)
			for _, spec := range []string{"none", "topk:rate=0.2,start=1", "threshold:final=0.01", "relative:t=0.3", "random:keep=0.5,seed=3", "stride:keep=0.5", "average:keep=0.4,layer=1", "shallow:layers=2", "quantile:q=0.2", "topk:keep=0.5,score=random", "threshold:final=0.8,divisor=mean,score=random", "evit:rate=0.5,fuse=sum", "tome:share=0.2"} {
				for _, exact := range []bool{false, true} {
					p, o := parse(t, spec), model.Options{FullLastLayer: exact}
					whole := outcomes(t, e, &n, p, o)
					same := func(how string, b int, got outcome) {
						if !reflect.DeepEqual(got, whole[b]) {
							t.Errorf("%s, exact %v: sequence %d gives %s %+v, in the batch %+v", spec, exact, b, how, got, whole[b])
						}
					}
					var backwards []int
					for b := range n.Cases.Batch {
						backwards = append([]int{b}, backwards...)
						same("alone", b, outcomes(t, one, &n, p, o, b)[0])
					}
					for i, got := range outcomes(t, e, &n, p, o, backwards...) {
						same(fmt.Sprint("in the order ", backwards), backwards[i], got)
					}
				}
			}
		})
	})
}
