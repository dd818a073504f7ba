package train_test

import (
	"slices"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
)

func TestBatches(t *testing.T) {
	var examples []train.Example
	for i := range 1703 {
		examples = append(examples, train.Example{Sequence: ragged.Sequence{IDs: make([]int32, 1+i*7%31)}})
	}
	s := train.Schedule{Epochs: 2, Batch: 8, Seed: 1}
	n := 0
	for epoch := range s.Epochs {
		seen := make([]bool, len(examples))
		for _, b := range s.Batches(examples, epoch) {
			n++
			for _, i := range b {
				if seen[i] {
					t.Fatalf("example %d twice in an epoch", i)
				}
				seen[i] = true
			}
		}
		if slices.Contains(seen, false) {
			t.Error("an example is missing from an epoch")
		}
	}
	if n != s.Steps(len(examples)) {
		t.Errorf("%d batches, Steps says %d", n, s.Steps(len(examples)))
	}
}

// TestFitRepeats: one seed gives the same bits again, with one thread and two.
func TestFitRepeats(t *testing.T) {
	c, err := model.Load("../testdata/oracle/bert-6x48")
	if err != nil {
		t.Fatal(err)
	}
	fit := func(threads int) string {
		d, err := hw.Open("cpu", hw.Options{Threads: threads})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		e, err := model.NewTrainable(d.(hw.Backward), c)
		if err != nil {
			t.Fatal(err)
		}
		var examples []train.Example
		for i := range 40 {
			ids := make([]int32, 2+i%23)
			for j := range ids {
				ids[j] = int32(5 + (i*31+j*17)%190)
			}
			examples = append(examples, train.Example{Sequence: ragged.Sequence{IDs: ids}, Target: []float32{float32(i % 2), float32(1 - i%2)}})
		}
		first, last := 0.0, 0.0
		trainer, err := train.Fit(e, examples, train.Schedule{Epochs: 6, Batch: 8, Seed: 3},
			train.Options{Rate: 1e-3, Decay: 0.01, Clip: 1, Dropout: true, Seed: 5}, func(step, steps int, r train.Result) {
				if step <= 5 {
					first += r.Loss
				} else if step > steps-5 {
					last += r.Loss
				}
			})
		if err != nil {
			t.Fatal(err)
		}
		if last >= first {
			t.Errorf("the loss of five steps rose from %v to %v", first, last)
		}
		end := c.Clone()
		if err := trainer.Store(end); err != nil {
			t.Fatal(err)
		}
		return end.Hash()
	}
	one, again, two := fit(1), fit(1), fit(2)
	if one != again || one != two {
		t.Errorf("weights differ: %s, again %s, with two threads %s", one, again, two)
	}
	if one == c.Hash() {
		t.Error("nothing was learnt")
	}
}
