package model_test

import (
	"path/filepath"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
)

// TestForwardAllocatesNothing: a whole forward pass, decisions of pruners included,
// allocates nothing once it has run, nor do smaller batches after the largest.
func TestForwardAllocatesNothing(t *testing.T) {
	c, err := model.Load(filepath.Join("testdata", "oracle", "bert-6x48"))
	if err != nil {
		t.Fatal(err)
	}
	var seqs []ragged.Sequence
	for n := 1; n < 20; n += 6 {
		ids := make([]int32, n)
		for i := range ids {
			ids[i] = int32(n + i)
		}
		seqs = append(seqs, ragged.Sequence{IDs: ids})
	}
	batch := ragged.Pack(seqs...)
	smaller := []ragged.Batch{ragged.Pack(seqs[:1]...), ragged.Pack(seqs[1], seqs[0]), ragged.Pack(seqs[:3]...), ragged.Pack(seqs[3])}
	devices(t, func(t *testing.T, d hw.Device) {
		e := encoder(t, d, c)
		for _, spec := range []string{"none", "threshold:final=0.01", "threshold:final=0.05,divisor=alive", "topk:rate=0.2,start=1", "topk:keep=0.5"} {
			r, err := model.NewHardRun(e, parse(t, spec), room(batch), model.Options{})
			if err != nil {
				t.Fatal(err)
			}
			pass := func(batch ragged.Batch) {
				r.Load(batch)
				e.Forward(r)
				if err := r.Sync(); err != nil {
					t.Fatal(err)
				}
			}
			pass(batch)
			if n := testing.AllocsPerRun(10, func() { pass(batch) }); n != 0 {
				t.Errorf("%s: %v allocations in a forward pass", spec, n)
			}
			if n := testing.AllocsPerRun(10, func() {
				for _, b := range smaller {
					pass(b)
				}
			}); n != 0 {
				t.Errorf("%s: %v allocations in smaller batches", spec, n)
			}
		}
	})
}
