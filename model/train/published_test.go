package train_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// TestPublishedTraining: twelve steps are those of the published program. Soft stage:
// regulariser over padding, thresholds and weights clipped in one norm, no warm-up, no
// weight decay, eps before the bias correction. Hard stage, where row 0 lives: the rule
// masks there and removes here.
func TestPublishedTraining(t *testing.T) {
	oracle.EachPublished(t, "../testdata", "-training", func(t *testing.T, n oracle.Published) {
		c, err := model.Load(n.Dir)
		if err != nil {
			t.Fatal(err)
		}
		everyDevice(t, func(t *testing.T, d hw.Backward) {
			for i, want := range n.Runs {
				t.Run(fmt.Sprintf("run %d", i), func(t *testing.T) {
					end, worst := publishedSteps(t, &n, c, d, want, nil)
					if !(worst <= 1) {
						t.Errorf("a loss or threshold is off by %.3g times what is allowed", worst)
					}
					want.SameWeights(t, c.Config.Names(), c.Config.HFName, func(name string) (before, after []float32) {
						return c.Tensors[name].Data, end.Tensors[name].Data
					})
				})
			}
		})
	})
}

// TestPublishedSettings: each setting of the published recipe matters in these steps,
// so that TestPublishedTraining shows that it is right. Weight decay is left out: that
// of 0.01 would change less in twelve steps than is allowed.
func TestPublishedSettings(t *testing.T) {
	oracle.EachPublished(t, "../testdata", "-training", func(t *testing.T, n oracle.Published) {
		c, err := model.Load(n.Dir)
		if err != nil {
			t.Fatal(err)
		}
		d, err := hw.Open("cpu", hw.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		clipped := slices.IndexFunc(n.Runs, func(r oracle.PublishedRun) bool { return r.Rule == "" && r.Clip > 0 })
		if clipped < 0 {
			t.Fatal("no run of the soft stage clips")
		}
		run := n.Runs[clipped]
		for name, change := range map[string]func(o *train.Options){
			"clip together": func(o *train.Options) { o.ClipTogether = false },
			"eps first":     func(o *train.Options) { o.EpsFirst = false },
			"no warm-up":    func(o *train.Options) { o.Schedule = nil },
			"theta's rate":  func(o *train.Options) { o.LearnerRate *= 1.01 },
			"regulariser":   func(o *train.Options) { o.Passes[0] = soft(c, o.Passes[0].Learner, run.Lambda, train.Real) },
		} {
			if _, worst := publishedSteps(t, &n, c, d.(hw.Backward), run, change); worst <= 1 {
				t.Errorf("%s: changed, losses and thresholds are still within %.3g of what is allowed", name, worst)
			}
		}
	})
}

// publishedSteps takes a run's steps with its settings, changed if change is not nil.
// It returns the weights at the end and the largest error of a loss or threshold,
// as a multiple of what is allowed.
func publishedSteps(t *testing.T, n *oracle.Published, c *model.Checkpoint, d hw.Backward, want oracle.PublishedRun, change func(*train.Options)) (end *model.Checkpoint, worst float64) {
	e, err := model.NewTrainable(d, c)
	if err != nil {
		t.Fatal(err)
	}
	batches, size := publishedBatches(n, &c.Config)
	o := train.Options{
		Steps: len(want.Losses), Schedule: train.Linear{Warmup: 0}, LearningRate: want.Rate,
		MaxGradNorm: want.Clip, ClipTogether: true, EpsFirst: true,
	}
	start := pruners.Threshold{Final: 0.01, Divisor: pruners.Padded}
	var l pruners.Learner
	if want.Rule == "" {
		l, err = start.Learn(pruners.LearnOptions{Layers: c.Config.Layers, Heads: c.Config.Heads, Width: c.Config.Width, Temperature: want.Temperature})
		if err != nil {
			t.Fatal(err)
		}
		o.LearnerRate, o.Passes = want.ThetaRate, []train.Pass{soft(c, l, want.Lambda, train.PaddedPositions)}
	} else {
		rule, err := pruners.Parse(oracle.Ours(want.Rule))
		if err != nil {
			t.Fatal(err)
		}
		o.Passes = []train.Pass{{Pruner: rule, FullLastLayer: true}}
	}
	if change != nil {
		change(&o)
	}
	trainer, err := train.New(e, size, o)
	if err != nil {
		t.Fatal(err)
	}
	compare := func(got, want, allowed float64) { worst = math.Max(worst, math.Abs(got-want)/allowed) }
	for i, loss := range want.Losses {
		got, err := trainer.Step(batches[i])
		if err != nil {
			t.Fatal(err)
		}
		compare(got.Loss, loss, 1e-5)
		if l == nil {
			if _, _, kept := trainer.Run().Counts(); fmt.Sprint(kept) != fmt.Sprint(want.Counts[i]) {
				t.Errorf("step %d: %v tokens live, the published program leaves %v", i, kept, want.Counts[i])
			}
			continue
		}
		for layer, theta := range l.Params()[0].Value {
			compare(float64(theta), want.Thetas[i][layer], want.Within(i, layer, float64(start.At(layer, c.Config.Layers))))
		}
	}
	end = c.Clone()
	if err := trainer.Store(end); err != nil {
		t.Fatal(err)
	}
	return end, worst
}

// publishedBatches are the mini-batches in the order of the texts.
func publishedBatches(n *oracle.Published, c *model.Config) (batches []train.Batch, size model.Size) {
	for i := 0; i < len(n.IDs); i += n.Batch {
		var b train.Batch
		var which []int
		for j := i; j < i+n.Batch; j++ {
			which = append(which, j)
		}
		b.Batch, b.Targets = n.Pack(which...), n.Targets(c.Labels, which...)
		size.Fit(b.Seqs)
		batches = append(batches, b)
	}
	return batches, size
}
