package recipe

import (
	"math"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/model/train"
)

// TestPublishedPreset: the preset takes the published program's steps and ends at its
// weights, in the soft stage in a run with its own learning rates, in the hard stage in
// every run.
func TestPublishedPreset(t *testing.T) {
	oracle.EachPublished(t, "../../model/testdata", "-training", func(t *testing.T, n oracle.Published) {
		checkpoint, err := model.Load(n.Dir)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, want := range n.Runs {
			if want.Rule == "" {
				if want.Rate != want.ThetaRate {
					continue
				}
				seen++
			}
			publishedPreset(t, &n, checkpoint, want)
		}
		if seen == 0 {
			t.Error("no run has the published learning rates")
		}
	})
}

func publishedPreset(t *testing.T, n *oracle.Published, checkpoint *model.Checkpoint, want oracle.PublishedRun) {
	d, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	c := Default()
	if err := c.UsePreset(Published); err != nil {
		t.Fatal(err)
	}
	c.Pruner, c.Learn = "threshold:final=0.01", true
	c.Dropout = false // as the run
	if want.Rule != "" {
		c.Pruner, c.Learn, c.LearningRate = want.Rule, false, want.Rate
	}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	m := &maker{Recipe: c, in: &Input{}, checkpoint: checkpoint}
	if m.rule, err = c.rule(); err != nil {
		t.Fatal(err)
	}
	o, err := m.options(c.List()[0])
	if err != nil {
		t.Fatal(err)
	}
	o.Steps = len(want.Losses)
	e, err := model.NewTrainable(d.(hw.Backward), checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	var size model.Size
	var batches []train.Batch
	for i := range want.Losses {
		var b train.Batch
		var which []int
		for j := i * n.Batch; j < (i+1)*n.Batch; j++ {
			which = append(which, j)
		}
		b.Batch, b.Targets = n.Pack(which...), n.Targets(checkpoint.Config.Labels, which...)
		size.Fit(b.Seqs)
		batches = append(batches, b)
	}
	trainer, err := train.New(e, size, o)
	if err != nil {
		t.Fatal(err)
	}
	learner := o.Passes[0].Learner
	if (learner == nil) != (want.Rule != "") {
		t.Fatalf("%q learns: %v", c.Pruner, learner != nil)
	}
	var before []float32
	if learner != nil {
		before = append(before, learner.Params()[0].Value...)
	}
	for i, loss := range want.Losses {
		got, err := trainer.Step(batches[i])
		if err != nil {
			t.Fatal(err)
		}
		if !(math.Abs(got.Loss-loss) <= 1e-5) {
			t.Errorf("step %d: the loss is %v, the published program has %v", i, got.Loss, loss)
		}
		for l := range before {
			theta := learner.Params()[0].Value[l]
			theirs := want.Thetas[i][l]
			if !(math.Abs(float64(theta)-theirs) <= want.Within(i, l, float64(before[l]))) {
				t.Errorf("step %d: theta of layer %d is %v, the published program has %v", i, l, theta, theirs)
			}
		}
	}
	end := checkpoint.Clone()
	if err := trainer.Store(end); err != nil {
		t.Fatal(err)
	}
	want.SameWeights(t, checkpoint.Config.Names(), checkpoint.Config.HFName, func(name string) (before, after []float32) {
		return checkpoint.Tensors[name].Data, end.Tensors[name].Data
	})
}

// TestPresetSettings: the published settings that those twelve steps do not show.
func TestPresetSettings(t *testing.T) {
	c := Default()
	if err := c.UsePreset(Published); err != nil {
		t.Fatal(err)
	}
	if c.Batch != 64 || c.WeightDecay != 0 || c.Steer || !c.Dropout || c.Freeze != train.Nothing {
		t.Errorf("the preset has %+v", c.Settings)
	}
}

// TestPresetEpochs: a small task has ten soft epochs, a large one has one, and five
// hard ones follow; a rule that learns nothing takes as many.
func TestPresetEpochs(t *testing.T) {
	for _, x := range []struct {
		texts, limit, soft int
	}{{3_668, 0, 10}, {10_000, 0, 10}, {10_001, 0, 1}, {67_349, 0, 1}, {67_349, 2_000, 10}} {
		c := Default()
		if err := c.UsePreset(Published); err != nil {
			t.Fatal(err)
		}
		c.Examples, c.Pruner, c.Learn = x.limit, "threshold:final=0.01", true
		c = c.Effective().Sized(x.texts)
		if list := c.List(); len(list) != 2 || list[0].Epochs != x.soft || list[1].Epochs != 5 {
			t.Errorf("%d texts, %d of them used: stages %+v", x.texts, x.limit, list)
		}
		c.Pruner, c.Learn = "topk:rate=0.5", false
		if got := c.TotalEpochs(); got != x.soft+5 {
			t.Errorf("%d texts, %d of them used: top-k takes %d epochs, want %d", x.texts, x.limit, got, x.soft+5)
		}
	}
	c := Default()
	if err := c.UsePreset("publshed"); err == nil {
		t.Error("an unknown preset is taken")
	}
	if err := c.UsePreset(""); err != nil || c.Settings != DefaultSettings() {
		t.Errorf("no preset changes settings: %v", err)
	}
}
