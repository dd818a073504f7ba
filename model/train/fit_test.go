package train_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

func TestBatches(t *testing.T) {
	var examples []train.Example
	for i := range 1703 {
		examples = append(examples, train.Example{Sequence: ragged.Sequence{IDs: make([]int32, 1+i*7%31)}})
	}
	for _, s := range []train.Batching{{Epochs: 2, Batch: 8, Seed: 1}, {Epochs: 2, Tokens: 100, Seed: 1}, {Epochs: 1, Tokens: 5, Seed: 1}} {
		for epoch := range s.Epochs {
			seen := make([]bool, len(examples))
			full := 0
			for _, b := range s.Batches(examples, epoch) {
				tokens := 0
				for _, i := range b {
					if seen[i] {
						t.Fatalf("%+v: example %d twice in an epoch", s, i)
					}
					seen[i] = true
					tokens += len(examples[i].IDs)
				}
				if s.Tokens == 0 && len(b) > s.Batch || s.Tokens > 0 && tokens > s.Tokens && len(b) > 1 {
					t.Fatalf("%+v: a batch of %d sequences and %d tokens", s, len(b), tokens)
				}
				if s.Tokens == 0 && len(b) == s.Batch || s.Tokens > 0 && tokens > s.Tokens-31 {
					full++
				}
			}
			if slices.Contains(seen, false) {
				t.Errorf("%+v: an example is missing from an epoch", s)
			}
			if n := len(s.Batches(examples, epoch)); full < n-6 {
				t.Errorf("%+v: %d of %d batches are full", s, full, n)
			}
		}
	}
}

// stage is what TestFitRepeats and TestResume train: a soft or a hard stage of a small model.
type stage struct {
	c        *model.Checkpoint
	examples []train.Example
	batching train.Batching
	rule     pruners.Threshold
	soft     bool

	temperature, learnerRate float32
}

func newStage(t *testing.T, soft bool) *stage {
	c, err := model.Load("../testdata/oracle/bert-6x48")
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{c: c, soft: soft, temperature: 1e-3, learnerRate: 1e-3, batching: train.Batching{Epochs: 6, Batch: 8, Seed: 3}, rule: pruners.Threshold{Final: 0.01, Divisor: pruners.Padded}}
	for i := range 40 {
		ids := make([]int32, 2+i%23)
		for j := range ids {
			ids[j] = int32(5 + (i*31+j*17)%190)
		}
		s.examples = append(s.examples, train.Example{Sequence: ragged.Sequence{IDs: ids}, Target: []float32{float32(i % 2), float32(1 - i%2)}})
	}
	return s
}

// prepare returns a fresh trainer on a device of so many threads, with the learner if there is one.
func (s *stage) prepare(t *testing.T, threads int) (*train.Trainer, pruners.Learner) {
	d, err := hw.Open("cpu", hw.Options{Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	e, err := model.NewTrainable(d.(hw.Backward), s.c)
	if err != nil {
		t.Fatal(err)
	}
	o := train.Options{LearningRate: 1e-3, WeightDecay: 0.01, MaxGradNorm: 1, Dropout: true, Seed: 5, LearnerRate: s.learnerRate}
	var l pruners.Learner
	if s.soft {
		if l, err = s.rule.Learn(pruners.LearnOptions{Layers: s.c.Config.Layers, Heads: s.c.Config.Heads, Width: s.c.Config.Width, Temperature: s.temperature}); err != nil {
			t.Fatal(err)
		}
		o.Passes = []train.Pass{{Learner: l, Terms: []train.Term{train.TaskTerm(), train.MaskTerm(0.05, train.Real, train.BudgetWeight(0.05, 0.5))}}}
	} else {
		o.Passes = []train.Pass{{Pruner: s.rule, Steer: train.BudgetFactor(0.5)}}
	}
	trainer, err := train.Prepare(e, s.examples, s.batching, o)
	if err != nil {
		t.Fatal(err)
	}
	return trainer, l
}

// end is what a stage has made: the weights' hash and the thresholds.
func (s *stage) end(t *testing.T, trainer *train.Trainer, l pruners.Learner) string {
	end := s.c.Clone()
	if err := trainer.Store(end); err != nil {
		t.Fatal(err)
	}
	if p := trainer.Pruner(); p != nil {
		return end.Hash() + " " + p.Spec().String()
	}
	if l != nil {
		return end.Hash() + " " + l.Pruner().Spec().String()
	}
	return end.Hash()
}

// TestFitRepeats: one seed gives the same bits again, with one thread and two.
func TestFitRepeats(t *testing.T) {
	for _, soft := range []bool{false, true} {
		s := newStage(t, soft)
		fit := func(threads int) string {
			trainer, l := s.prepare(t, threads)
			first, last := 0.0, 0.0
			err := trainer.Fit(context.Background(), s.examples, s.batching, func(r train.Result) error {
				if trainer.Done() <= 5 {
					first += r.Loss
				} else if trainer.Done() > trainer.Steps()-5 {
					last += r.Loss
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if last >= first {
				t.Errorf("the loss of five steps rose from %v to %v", first, last)
			}
			return s.end(t, trainer, l)
		}
		one, again, two := fit(1), fit(1), fit(2)
		if one != again || one != two {
			t.Errorf("soft %v: the ends differ: %s, again %s, with two threads %s", soft, one, again, two)
		}
		if strings.HasPrefix(one, s.c.Hash()) {
			t.Error("nothing was learnt")
		}
	}
}

// TestResume: a stage that is stopped after a random step and continues in a fresh
// trainer, with another number of threads, ends with the same bits.
func TestResume(t *testing.T) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	for _, soft := range []bool{false, true} {
		s := newStage(t, soft)
		whole, l := s.prepare(t, 1)
		if err := whole.Fit(context.Background(), s.examples, s.batching, nil); err != nil {
			t.Fatal(err)
		}
		want := s.end(t, whole, l)
		stop := 1 + random.IntN(whole.Steps()-1)
		first, _ := s.prepare(t, 2)
		ctx, cancel := context.WithCancel(context.Background())
		err := first.Fit(ctx, s.examples, s.batching, func(train.Result) error {
			if first.Done() == stop {
				cancel()
			}
			return nil
		})
		if !errors.Is(err, context.Canceled) || first.Done() != stop {
			t.Fatalf("seed %d: stopped after step %d of %d: %v", seed, first.Done(), stop, err)
		}
		state, err := first.State()
		if err != nil {
			t.Fatal(err)
		}
		second, l := s.prepare(t, 1)
		if err := second.Resume(state); err != nil {
			t.Fatal(err)
		}
		if err := second.Fit(context.Background(), s.examples, s.batching, nil); err != nil {
			t.Fatal(err)
		}
		if got := s.end(t, second, l); got != want {
			t.Errorf("seed %d, soft %v, stopped after %d: ends as %s, undisturbed as %s", seed, soft, stop, got, want)
		}
		for what, spoil := range map[string]func(*train.State){
			"has":       func(s *train.State) { s.Done = 1000 },
			"lacks":     func(s *train.State) { delete(s.Tensors, "first/layer.0.key+layer.0.value.weight") },
			"parameter": func(s *train.State) { s.Learner = append(s.Learner, train.LearnerState{}) },
			"controll":  func(s *train.State) { s.Controllers = nil },
		} {
			bad, err := first.State()
			if err != nil {
				t.Fatal(err)
			}
			spoil(bad)
			if err := second.Resume(bad); err == nil || !strings.Contains(err.Error(), what) {
				t.Errorf("a spoilt state gives %v, want an error with %q", err, what)
			}
		}
	}
}
