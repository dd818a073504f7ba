//go:build cuda && cgo

package cuda

import (
	"testing"

	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// TestMemoryEnds: fifty models one after the other, run and prepared for training with
// batches of different sizes, need the card's memory of the largest, in 16 bits too.
func TestMemoryEnds(t *testing.T) {
	n, c := oracleNet(t)
	d, batch := inside(t, "bf16"), n.Cases.Pack()
	turn := func(size model.Size, runs bool) {
		t.Helper()
		e, err := model.New(d, c)
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		r, err := model.NewHardRun(e, pruners.None{}, size, model.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if runs {
			r.Load(batch)
			e.Forward(r)
		}
		learns, err := model.NewTrainable(d, c)
		if err != nil {
			t.Fatal(err)
		}
		defer learns.Close()
		trainer, err := train.New(learns, size, train.Options{Steps: 1, Passes: []train.Pass{{Terms: []train.Term{train.HiddenTerm(1)}}}, Teacher: e})
		if err != nil {
			t.Fatal(err)
		}
		defer trainer.Close()
		if err := d.Sync(); err != nil {
			t.Fatal(err)
		}
	}
	size := func(copies int) (s model.Size) {
		s.Fit(batch.Seqs)
		s.Rows, s.Seqs, s.Pairs = s.Rows*copies, s.Seqs*copies, s.Pairs*copies
		return s
	}
	const most = 60
	turn(size(most), true)
	before, peak := d.Footprint()
	if peak < 8<<20 {
		t.Errorf("the largest takes %d MiB, too little to notice what the others leave behind", peak>>20)
	}
	free, _ := d.memory()
	for i := range 49 {
		turn(size(1+i*7%most), i%20 == 0)
	}
	if after, now := d.Footprint(); after != before || now != peak {
		t.Errorf("after fifty models %d bytes are held and %d were, after the largest %d and %d", after, now, before, peak)
	}
	if after, _ := d.memory(); after != free {
		t.Errorf("the card has %d bytes free, and had %d after the first model", after, free)
	}
}
