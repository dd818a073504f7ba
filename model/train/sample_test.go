package train_test

import (
	"slices"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// TestSample: a pass that draws its rule has the gradient of a pass with the rule that the seed
// and the step draw, another one in the next step; a rule that draws none is refused.
func TestSample(t *testing.T) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		b := batch(&n, &c.Config)
		var size model.Size
		size.Fit(b.Seqs)
		distil, err := train.ParseTerm("distil:from=first")
		if err != nil {
			t.Fatal(err)
		}
		rule, err := pruners.Parse("lengthdrop:drop=0.5")
		if err != nil {
			t.Fatal(err)
		}
		const seed = 9
		grads := func(step int, p train.Pass) []float32 {
			e, err := model.NewTrainable(d, c)
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			p.Terms = []train.Term{distil}
			trainer, err := train.New(e, size, train.Options{Steps: 4, Seed: seed, Passes: []train.Pass{{}, p}})
			if err != nil {
				t.Fatal(err)
			}
			defer trainer.Close()
			for range step { // with a learning rate of 0
				if _, err := trainer.Step(b); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := trainer.Grad(b); err != nil {
				t.Fatal(err)
			}
			var all []float32
			for _, p := range trainer.Params() {
				one := make([]float32, p.Grad.Rows*p.Grad.Cols)
				d.Read(one, p.Grad)
				all = append(all, one...)
			}
			return all
		}
		var before []float32
		for step := range 3 {
			drawn, _ := pruners.Sample(rule, pruners.Key{Seed: seed, Step: uint64(2*step + 1)})
			got := grads(step, train.Pass{Pruner: rule, Sample: true})
			if !slices.Equal(got, grads(step, train.Pass{Pruner: drawn})) {
				t.Errorf("step %d: the gradient is not that of %s", step, drawn.Spec())
			}
			if slices.Equal(got, before) {
				t.Errorf("step %d draws the rule of the step before", step)
			}
			before = got
		}
		topk, _ := pruners.Parse("topk:keep=0.5")
		e, err := model.NewTrainable(d, c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := train.New(e, size, one(train.Pass{Pruner: topk, Sample: true})); err == nil || !strings.Contains(err.Error(), "topk:keep=0.5 draws no other rules") {
			t.Errorf("topk is drawn from: %v", err)
		}
	})
}
