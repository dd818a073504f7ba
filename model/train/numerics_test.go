package train_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// TestNumerics: a small training ends with the bits that testdata/numerics.txt has for
// the numerics version of this machine's kernel paths. Where they change on purpose,
// raise the path's version in numerics.go, and add a line: versions that were are
// never given other bits.
func TestNumerics(t *testing.T) {
	text, err := os.ReadFile("testdata/numerics.txt")
	if err != nil {
		t.Fatal(err)
	}
	path := func(version string) string { return version[:strings.LastIndex(version, "-")] }
	known, paths := map[string]string{}, map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		fields := strings.Fields(line)
		if len(fields) != 3 || known[fields[0]+" "+fields[1]] != "" {
			t.Fatalf("testdata/numerics.txt: %q is not VERSION TYPE HASH, or is there twice", line)
		}
		known[fields[0]+" "+fields[1]], paths[path(fields[0])] = fields[2], true
	}
	for _, driver := range hw.Drivers() {
		if driver.Name != "cpu" {
			continue
		}
		for _, variant := range driver.Variants() {
			d, err := hw.Open("cpu:"+variant, hw.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			version := train.Numerics(d)
			got := trained(t, d.(hw.Backward))
			switch want := known[version]; {
			case want == "" && !paths[path(version)]:
				t.Logf("no bits of this path are known yet; add: %s %s", version, got)
			case want == "":
				t.Errorf("testdata/numerics.txt has no line for %s; add: %s %s", version, version, got)
			case want != got:
				t.Errorf("%s: the bits of a training have changed from %s to %s: raise its version in numerics.go, and add a line to testdata/numerics.txt", version, want, got)
			}
		}
	}
}

// trained is a hash of what a small training leads to: a soft stage that is steered, with
// dropout and a teacher's rows, then a hard one with several passes, and a regression.
func trained(t *testing.T, d hw.Backward) string {
	h := sha256.New()
	s := newStage(t, true)
	s.batching.Epochs = 2
	teacher, err := model.New(d, s.c)
	if err != nil {
		t.Fatal(err)
	}
	term := func(text string) train.Term {
		term, err := train.ParseTerm(text)
		if err != nil {
			t.Fatal(err)
		}
		return term
	}
	c := s.c.Clone()
	fit := func(c *model.Checkpoint, examples []train.Example, o train.Options) {
		e, err := model.NewTrainable(d, c)
		if err != nil {
			t.Fatal(err)
		}
		o.LearningRate, o.LearnerRate, o.WeightDecay, o.MaxGradNorm, o.Dropout, o.Seed = 1e-3, 1e-3, 0.01, 1, true, 5
		trainer, err := train.Prepare(e, examples, s.batching, o)
		if err != nil {
			t.Fatal(err)
		}
		if err := trainer.Fit(context.Background(), examples, s.batching, nil); err != nil {
			t.Fatal(err)
		}
		if err := trainer.Store(c); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(h, c.Hash())
	}
	l, err := s.rule.Learn(pruners.LearnOptions{Layers: c.Config.Layers, Heads: c.Config.Heads, Width: c.Config.Width, Temperature: 1e-3})
	if err != nil {
		t.Fatal(err)
	}
	fit(c, s.examples, train.Options{Teacher: teacher, Passes: []train.Pass{{
		Learner: l, Terms: []train.Term{train.TaskTerm(), train.HiddenTerm(0.5), train.MaskTerm(0.05, train.PaddedPositions, train.BudgetWeight(0.05, 0.5))},
	}}})
	rule := l.Pruner()
	fmt.Fprintln(h, rule.Spec(), pruners.StateOf(rule))
	topk, err := pruners.Parse("topk:rate=0.2,start=1")
	if err != nil {
		t.Fatal(err)
	}
	fit(c, s.examples, train.Options{Schedule: train.Cosine{Warmup: 0.1}, Passes: []train.Pass{
		{Pruner: rule, Steer: train.BudgetFactor(0.5)}, {Pruner: topk, Terms: []train.Term{term("distil:from=first")}, Weight: 0.5},
	}})
	r, err := model.Load("../testdata/oracle/bert-5x24-regression")
	if err != nil {
		t.Fatal(err)
	}
	scored := append([]train.Example(nil), s.examples...)
	for i := range scored {
		scored[i].Target = []float32{float32(i % 6)}
	}
	fit(r, scored, train.Options{})
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}
