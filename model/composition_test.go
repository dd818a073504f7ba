package model_test

import (
	"reflect"
	"testing"

	"ltpbench/internal/oracle"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// TestComposition: every token is in one row, but those that a rule has dropped; what
// merges nothing has no composition.
func TestComposition(t *testing.T) {
	everywhere(t, func(t *testing.T, n oracle.Net, e *model.Encoder) {
		if e.Config.Layers != 6 {
			return
		}
		batch := ragged.Pack(ragged.Sequence{IDs: []int32{2, 7, 9, 4, 5, 11, 8, 3}}, ragged.Sequence{IDs: []int32{2, 6}})
		for spec, want := range map[string][][]int32{
			"none":                 nil,
			"topk:keep=0.5":        nil,
			"evit:rate=0,fuse=sum": {{0}, {1, 2, 3, 4, 5, 6, 7}, {0}, {1}},
		} {
			r, _ := run(t, e, parse(t, spec), batch, model.Options{FullLastLayer: true})
			got := r.Composition()
			if want == nil && got != nil || want != nil && !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %v, want %v", spec, got, want)
			}
		}
		pool, err := pruners.Begin(parse(t, "pool:k=3"), pruners.LearnOptions{Layers: 6, Heads: e.Config.Heads, Width: e.Config.Width, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []pruners.Pruner{parse(t, "tome:share=0.3"), parse(t, "evit:rate=0.4,fuse=mean"), parse(t, "average:keep=0.5,layer=2"), pool} {
			r, _ := run(t, e, p, batch, model.Options{FullLastLayer: true})
			list, tokens := r.Composition(), 0
			seqs, _ := r.Kept(5)
			for _, row := range list {
				tokens += len(row)
			}
			if len(list) != seqs.Rows() || tokens != batch.Seqs.Rows() || len(list) == tokens || list[0][0] != 0 || list[seqs[1]][0] != 0 {
				t.Errorf("%s: %d rows are made of %v, of %d tokens", p.Spec(), seqs.Rows(), list, batch.Seqs.Rows())
			}
		}
	})
}
