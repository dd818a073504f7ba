//go:build cuda && cgo

package cuda

import (
	"math"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// TestTraining: the loss of a short training that prunes by threshold falls as on
// the CPU, in float32 and in 16 bits.
func TestTraining(t *testing.T) {
	n, err := oracle.Read("../../model/testdata/oracle/bert-4x40-odd")
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := losses("cpu", &n, 6)
	if err != nil {
		t.Fatal(err)
	}
	for name, within := range map[string]float64{"cuda": 2e-4, "cuda:bf16": 0.05, "cuda:f16": 0.01} {
		got, _, err := losses(name, &n, 6)
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range want {
			if !(math.Abs(got[i]-x) <= within*math.Abs(x)) {
				t.Errorf("%s: the loss of step %d is %v, and %v on the CPU", name, i, got[i], x)
			}
		}
		if !(got[len(got)-1] < got[0]) {
			t.Errorf("%s: the losses %v do not fall", name, got)
		}
	}
}

// TestTrainingLengths: so do those of a training for all lengths at once, whose rule is another in each step.
func TestTrainingLengths(t *testing.T) {
	n, err := oracle.Read("../../model/testdata/oracle/bert-4x40-odd")
	if err != nil {
		t.Fatal(err)
	}
	distil, err := train.ParseTerm("distil:from=first")
	if err != nil {
		t.Fatal(err)
	}
	rule, short := pruners.LengthDrop{Drop: 0.4}, []train.Term{distil}
	passes := []train.Pass{{}, {Pruner: rule, Terms: short}, {Pruner: rule, Sample: true, Terms: short}}
	want, _, err := losses("cpu", &n, 4, passes...)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := losses("cuda", &n, 4, passes...)
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range want {
		if !(math.Abs(got[i]-x) <= 2e-4*math.Abs(x)) {
			t.Errorf("the loss of step %d is %v, and %v on the CPU", i, got[i], x)
		}
	}
}

// TestTrainingSaliency: so do those of AdapLeR, whose teacher runs back too.
func TestTrainingSaliency(t *testing.T) {
	n, err := oracle.Read("../../model/testdata/oracle/bert-4x40-odd")
	if err != nil {
		t.Fatal(err)
	}
	run := func(device string) []float64 {
		t.Helper()
		o := pruners.LearnOptions{Layers: 4, Width: 40, Heads: 5, Seed: 1}
		rule, err := pruners.Begin(pruners.AdapLeR{Scale: 2}, o)
		if err != nil {
			t.Fatal(err)
		}
		pass := train.Pass{}
		if pass.Learner, _, err = pruners.Learn(rule, o); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"task", "saliency", "lengths:weight=0.01"} {
			term, err := train.ParseTerm(text)
			if err != nil {
				t.Fatal(err)
			}
			pass.Terms = append(pass.Terms, term)
		}
		list, _, err := losses(device, &n, 3, pass)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	want, got := run("cpu"), run("cuda")
	for i, x := range want {
		if !(math.Abs(got[i]-x) <= 5e-4*math.Abs(x)) {
			t.Errorf("the loss of step %d is %v, and %v on the CPU", i, got[i], x)
		}
	}
}

// losses trains a fresh copy of the network for some steps, of one pass that prunes by threshold unless others are
// given, and returns each step's loss, and a hash of the weights it ends with.
func losses(device string, n *oracle.Net, steps int, passes ...train.Pass) (list []float64, hash string, err error) {
	d, err := hw.Open(device, hw.Options{})
	if err != nil {
		return nil, "", err
	}
	defer d.Close()
	c, err := model.Load(n.Dir)
	if err != nil {
		return nil, "", err
	}
	e, err := model.NewTrainable(d.(hw.Backward), c)
	if err != nil {
		return nil, "", err
	}
	b := train.Batch{Batch: n.Cases.Pack()}
	for i := range n.Cases.Batch {
		row := make([]float32, c.Config.Labels)
		row[int(n.Cases.Labels[i])] = 1
		b.Targets = append(b.Targets, row...)
	}
	var size model.Size
	size.Fit(b.Seqs)
	rule := pruners.Threshold{Theta: n.Cases.Threshold["padded"].Theta, Divisor: pruners.Padded}
	if len(passes) == 0 {
		passes = []train.Pass{{Pruner: rule}}
	}
	teacher, err := model.NewTrainable(d.(hw.Backward), c)
	if err != nil {
		return nil, "", err
	}
	trainer, err := train.New(e, size, train.Options{Steps: steps, Schedule: train.Linear{}, LearningRate: 2e-3, LearnerRate: 1e-3, Teacher: teacher, WeightDecay: 0.01, MaxGradNorm: 1, Passes: passes})
	if err != nil {
		return nil, "", err
	}
	for range steps {
		r, err := trainer.Step(b)
		if err != nil {
			return nil, "", err
		}
		list = append(list, r.Loss)
	}
	err = trainer.Store(c)
	return list, c.Hash(), err
}
