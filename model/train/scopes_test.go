package train_test

import (
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// TestMemoryEnds: fifty models, run and trained one after the other with batches of
// different sizes, need the memory of the largest.
func TestMemoryEnds(t *testing.T) {
	n, err := oracle.Read("../testdata/oracle/bert-4x40-odd")
	if err != nil {
		t.Fatal(err)
	}
	c, err := model.Load(n.Dir)
	if err != nil {
		t.Fatal(err)
	}
	open, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	d := open.(hw.Backward)
	one := batch(&n, &c.Config)
	turn := func(copies int) {
		t.Helper()
		b := train.Batch{}
		var seqs []ragged.Sequence
		for range copies {
			for i := range one.Seqs.Count() {
				from, to := one.Seqs[i], one.Seqs[i+1]
				seqs = append(seqs, ragged.Sequence{IDs: one.IDs[from:to], Segments: one.Segments[from:to]})
			}
			b.Targets = append(b.Targets, one.Targets...)
		}
		b.Batch = ragged.Pack(seqs...)
		var size model.Size
		size.Fit(b.Seqs)
		teacher, err := model.New(d, c)
		if err != nil {
			t.Fatal(err)
		}
		defer teacher.Close()
		run, err := model.NewHardRun(teacher, pruners.None{}, size, model.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer run.Close()
		run.Load(b.Batch)
		teacher.Forward(run)
		masked, err := model.NewMasked(teacher, pruners.None{}, size)
		if err != nil {
			t.Fatal(err)
		}
		defer masked.Close()
		e, err := model.NewTrainable(d, c)
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		trainer, err := train.New(e, size, train.Options{Steps: 1, LearningRate: 1e-3, Dropout: true, Passes: []train.Pass{{Terms: []train.Term{train.HiddenTerm(1)}}}, Teacher: teacher})
		if err != nil {
			t.Fatal(err)
		}
		defer trainer.Close()
		if _, err := trainer.Step(b); err != nil {
			t.Fatal(err)
		}
	}
	const most = 9
	turn(most)
	before, peak := d.(hw.Footprint).Footprint()
	for i := range 49 {
		turn(1 + i*7%most)
	}
	if after, now := d.(hw.Footprint).Footprint(); after != before || now != peak {
		t.Errorf("after fifty models %d bytes are held and %d were, after the largest %d and %d", after, now, before, peak)
	}
	e, err := model.NewTrainable(d, c)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	before, _ = d.(hw.Footprint).Footprint()
	if _, err := train.New(e, model.Size{}, train.Options{Passes: []train.Pass{{Terms: []train.Term{train.HiddenTerm(1)}}}, Teacher: &model.Encoder{}}); err == nil {
		t.Error("a teacher of no width fits")
	}
	if after, _ := d.(hw.Footprint).Footprint(); after != before {
		t.Errorf("a trainer that could not be made holds %d bytes", after-before)
	}
}
