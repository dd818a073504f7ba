package train_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
)

// TestContrastive: value and gradient are those of an independent program, on every device.
func TestContrastive(t *testing.T) {
	data, err := os.ReadFile("testdata/tokenscl.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Width int
		Cases []struct {
			Temperature, Value float64
			Sequence, Label    []int
			X                  []float32
			Gradient           []float64
		}
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	everyDevice(t, func(t *testing.T, d hw.Backward) {
		for i, c := range golden.Cases {
			loss, grad := train.Contrastive(d, append([]float32(nil), c.X...), c.Label, c.Sequence, c.Temperature)
			if !(math.Abs(loss-c.Value) <= 1e-5*(1+c.Value)) {
				t.Errorf("case %d: the loss is %v, want %v", i, loss, c.Value)
			}
			for j, want := range c.Gradient {
				if !(math.Abs(float64(grad[j])-want) <= 1e-5*(1+math.Abs(want))) {
					t.Errorf("case %d: gradient %d is %v, want %v", i, j, grad[j], want)
				}
			}
		}
	})
}

// TestDraw: at most 16 rows of a sequence take part, others in another step, and the same
// of a sequence whatever batch it is in.
func TestDraw(t *testing.T) {
	s := newStage(t, false)
	trainer, _ := s.prepare(t, 1)
	long := func(first int32) ragged.Sequence {
		ids := make([]int32, 24)
		for i := range ids {
			ids[i] = first + int32(i)
		}
		return ragged.Sequence{IDs: ids}
	}
	drawn := func(seqs ...ragged.Sequence) [][]int32 { return train.Draw(trainer, ragged.Pack(seqs...)) }
	both, alone := drawn(long(5), long(40), ragged.Sequence{IDs: []int32{5, 6, 7}}), drawn(long(40))
	if len(both[0]) != 16 || len(both[1]) != 16 || len(both[2]) != 3 {
		t.Errorf("of 24, 24 and 3 rows it draws %v", both)
	}
	if !slices.Equal(both[1], alone[0]) {
		t.Errorf("alone it draws %v, in a batch %v", alone[0], both[1])
	}
	if slices.Equal(both[0], both[1]) {
		t.Errorf("two sequences have the same rows %v drawn", both[0])
	}
	if _, err := trainer.Step(train.Batch{Batch: ragged.Pack(long(5)), Targets: []float32{1, 0}}); err != nil {
		t.Fatal(err)
	}
	if slices.Equal(drawn(long(5))[0], both[0]) {
		t.Errorf("another step draws the same %v", both[0])
	}
}

// TestNoPositives: a batch in which no sentence has another of its label has neither loss nor gradient.
func TestNoPositives(t *testing.T) {
	c, err := model.Load("../testdata/oracle/bert-6x48")
	if err != nil {
		t.Fatal(err)
	}
	d, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	e, err := model.NewTrainable(d.(hw.Backward), c)
	if err != nil {
		t.Fatal(err)
	}
	term, err := train.ParseTerm("token-scl")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := train.Needed([]train.Term{term}, train.Fit{Student: &model.Config{Labels: 1, Problem: model.Regression}}); err == nil {
		t.Error("it fits a regression")
	}
	b := train.Batch{Batch: ragged.Pack(ragged.Sequence{IDs: []int32{5, 6, 7}}, ragged.Sequence{IDs: []int32{8, 9}}), Targets: []float32{1, 0, 0, 1}}
	var size model.Size
	size.Fit(b.Seqs)
	trainer, err := train.New(e, size, one(train.Pass{Terms: []train.Term{term}}))
	if err != nil {
		t.Fatal(err)
	}
	if r, err := trainer.Grad(b); err != nil || r.Loss != 0 || r.GradNorm != 0 {
		t.Errorf("the loss is %v, its gradient %v: %v", r.Loss, r.GradNorm, err)
	}
}
