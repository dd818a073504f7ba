package train_test

import (
	"math"
	"testing"

	"ltpbench/hw"
	_ "ltpbench/hw/all"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// cases runs f for every network on every variant of the CPU.
func cases(t *testing.T, f func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward)) {
	oracle.Each(t, "../testdata", func(t *testing.T, n oracle.Net) {
		c, err := model.Load(n.Dir)
		if err != nil {
			t.Fatal(err)
		}
		everyDevice(t, func(t *testing.T, d hw.Backward) { f(t, n, c, d) })
	})
}

// everyDevice runs f on every variant of every registered device.
func everyDevice(t *testing.T, f func(t *testing.T, d hw.Backward)) {
	for _, driver := range hw.Drivers() {
		for _, variant := range driver.Variants() {
			t.Run(driver.Name+":"+variant, func(t *testing.T) {
				d, err := hw.Open(driver.Name+":"+variant, hw.Options{})
				if err != nil {
					t.Fatal(err)
				}
				defer d.Close()
				f(t, d.(hw.Backward))
			})
		}
	}
}

// batch packs the listed sequences with their targets, all if none is listed.
func batch(n *oracle.Net, c *model.Config, which ...int) train.Batch {
	if len(which) == 0 {
		for i := range n.Cases.Batch {
			which = append(which, i)
		}
	}
	b := train.Batch{Batch: n.Cases.Pack(which...)}
	for _, i := range which {
		if c.IsRegression() {
			b.Targets = append(b.Targets, float32(n.Cases.Labels[i]))
			continue
		}
		row := make([]float32, c.Labels)
		row[int(n.Cases.Labels[i])] = 1
		b.Targets = append(b.Targets, row...)
	}
	return b
}

func learner(t *testing.T, c *model.Config, theta []float32, divisor string, temperature float32) pruners.Learner {
	t.Helper()
	p := pruners.Threshold{Theta: theta, Divisor: pruners.Divisor(divisor)}
	l, err := p.Learn(pruners.LearnOptions{Layers: c.Layers, Heads: c.Heads, Width: c.Width, Temperature: temperature})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// one is a stage of a single pass.
func one(p train.Pass) train.Options { return train.Options{Passes: []train.Pass{p}} }

// soft is a pass in which a rule learns.
func soft(c *model.Checkpoint, l pruners.Learner, lambda float32, over train.Regulariser) train.Pass {
	return train.Pass{Learner: l, Terms: []train.Term{train.TaskTerm(), train.MaskTerm(lambda, over, nil)}}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v within %g", what, got, want, tolerance)
	}
}

func TestOneStep(t *testing.T) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		softly := func(s oracle.Step) train.Options {
			return train.Options{Passes: []train.Pass{soft(c, learner(t, &c.Config, s.Theta, s.Divisor, s.Temperature), s.Lambda, train.Regulariser(s.Mean))}}
		}
		topk, err := pruners.Parse("topk:rate=0.2,start=1")
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			name string
			want oracle.Step
			o    train.Options
		}{
			{"plain", n.Cases.Plain, train.Options{}},
			{"plain exact", n.Cases.Plain, one(train.Pass{FullLastLayer: true})},
			{"hard", n.Cases.Hard, one(train.Pass{Pruner: pruners.Threshold{Theta: n.Cases.Trajectory.Theta, Divisor: pruners.Padded}, FullLastLayer: true})},
			{"hard, row 0 alone in the last layer", n.Cases.Hard, one(train.Pass{Pruner: pruners.Threshold{Theta: n.Cases.Trajectory.Theta, Divisor: pruners.Padded}})},
			{"hard top-k", n.Cases.HardTopK, one(train.Pass{Pruner: topk, FullLastLayer: true})},
			{"soft", n.Cases.Soft, softly(n.Cases.Soft)},
			{"soft padded", n.Cases.SoftPadded, softly(n.Cases.SoftPadded)},
		} {
			t.Run(step.name, func(t *testing.T) { oneStep(t, n, c, d, step.want, step.o) })
		}
	})
}

func oneStep(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward, want oracle.Step, o train.Options) {
	e, err := model.NewTrainable(d, c)
	if err != nil {
		t.Fatal(err)
	}
	b := batch(&n, &c.Config)
	var size model.Size
	size.Fit(b.Seqs)
	trainer, err := train.New(e, size, o)
	if err != nil {
		t.Fatal(err)
	}
	got, err := trainer.Grad(b)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "loss", got.Loss, want.Loss, n.Cases.Tol(t, "loss")*math.Abs(want.Loss))
	var pass train.Pass
	if len(o.Passes) > 0 {
		pass = o.Passes[0]
	}
	if pass.Learner != nil {
		near(t, "task loss", got.Terms[0].Value, want.TaskLoss, n.Cases.Tol(t, "loss")*math.Abs(want.TaskLoss))
		near(t, "regulariser", got.Term("mask").Value, want.Regulariser, n.Cases.Tol(t, "loss")*want.Regulariser)
		largest := 0.0
		for _, g := range want.DTheta {
			largest = max(largest, math.Abs(g))
		}
		for i, g := range pass.Learner.Params()[0].Grad {
			near(t, "dtheta", float64(g), want.DTheta[i], n.Cases.Tol(t, "dtheta")*largest)
		}
	}
	logits := make([]float32, b.Seqs.Count()*c.Config.Labels)
	d.Read(logits, trainer.Run().Logits.Top(b.Seqs.Count()))
	for s, row := range want.Logits {
		for j, w := range row {
			near(t, "a logit", float64(logits[s*len(row)+j]), w, n.Cases.Tol(t, "logits"))
		}
	}
	if len(want.Logits) != b.Seqs.Count() {
		t.Errorf("the case has logits of %d sequences", len(want.Logits))
	}
	if pass.FullLastLayer && want.Counts != nil {
		_, _, kept := trainer.Run().Counts()
		for s := range want.Counts {
			for l, w := range want.Counts[s] {
				if kept[s][l] != w {
					t.Errorf("sequence %d, layer %d: %d rows go on, want %d", s, l, kept[s][l], w)
				}
			}
		}
	}
	most := 0.0
	for _, g := range want.Grads {
		most = max(most, g.Norm)
	}
	seen := 0
	for _, p := range trainer.Params() {
		name := c.Config.HFName(p.Name)
		w, ok := want.Grads[name]
		if !ok {
			t.Errorf("the oracle has no gradient of %s", name)
			continue
		}
		seen++
		g := make([]float32, p.Grad.Rows*p.Grad.Cols)
		d.Read(g, p.Grad)
		if w.Zero {
			for _, x := range g {
				near(t, name, float64(x), 0, n.Cases.Tol(t, "zero_gradient")*most)
			}
			continue
		}
		near(t, name+" norm", norm(g), w.Norm, n.Cases.Tol(t, "gradient")*w.Norm)
		for _, at := range w.Largest {
			near(t, name, float64(g[int(at[0])]), at[1], n.Cases.Tol(t, "gradient")*w.Norm)
		}
	}
	if seen != len(want.Grads) {
		t.Errorf("%d gradients compared, the oracle has %d", seen, len(want.Grads))
	}
}

func norm(x []float32) float64 {
	s := 0.0
	for _, v := range x {
		s += float64(v) * float64(v)
	}
	return math.Sqrt(s)
}

func TestTrajectory(t *testing.T) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		e, err := model.NewTrainable(d, c)
		if err != nil {
			t.Fatal(err)
		}
		tr := n.Cases.Trajectory
		o := tr.Optimiser
		var size model.Size
		var batches []train.Batch
		for _, which := range tr.Batches {
			b := batch(&n, &c.Config, which...)
			size.Fit(b.Seqs)
			batches = append(batches, b)
		}
		most := 0.0
		for _, s := range append(append([]oracle.TrajectoryStep(nil), tr.Soft...), tr.Hard...) {
			most = max(most, s.GradientNorm)
		}
		l := learner(t, &c.Config, tr.Theta, tr.Divisor, tr.Temperature)
		common := train.Options{LearningRate: o.Rate, WeightDecay: o.Decay, MaxGradNorm: o.Clip}
		warm := func(steps int) train.Schedule { return train.Linear{Warmup: float64(o.Warmup) / float64(steps)} }
		first := common
		first.Steps, first.Schedule, first.LearnerRate = o.SoftSteps, warm(o.SoftSteps), o.ThetaRate
		first.Passes = []train.Pass{soft(c, l, tr.Lambda, train.Real)}
		stage := func(o train.Options, want []oracle.TrajectoryStep) *train.Trainer {
			trainer, err := train.New(e, size, o)
			if err != nil {
				t.Fatal(err)
			}
			for i, w := range want {
				got, err := trainer.Step(batches[i%len(batches)])
				if err != nil {
					t.Fatal(err)
				}
				near(t, "factor", float64(got.Factor), w.Factor, 1e-6)
				near(t, "loss", got.Loss, w.Loss, n.Cases.Tol(t, "trajectory.loss"))
				near(t, "gradient norm", got.GradNorm, w.GradientNorm, n.Cases.Tol(t, "trajectory.gradient_norm")*most)
				if o.LearnerRate > 0 {
					near(t, "regulariser", got.Term("mask").Value, w.Regulariser, n.Cases.Tol(t, "trajectory.regulariser"))
					for j, theta := range l.Params()[0].Value {
						near(t, "theta", float64(theta), w.Theta[j], n.Cases.Tol(t, "trajectory.theta"))
					}
				}
				if w.Counts != nil {
					_, _, kept := trainer.Run().Counts()
					for s := range w.Counts {
						for layer, count := range w.Counts[s] {
							if kept[s][layer] != count {
								t.Errorf("step %d: sequence %d, layer %d: %d rows go on, want %d", i, s, layer, kept[s][layer], count)
							}
						}
					}
				}
			}
			return trainer
		}
		stage(first, tr.Soft)
		hard := common
		hard.Steps, hard.Schedule = o.HardSteps, warm(o.HardSteps)
		hard.Passes = []train.Pass{{Pruner: l.Pruner(), FullLastLayer: true}}
		trainer := stage(hard, tr.Hard)
		end := c.Clone()
		if err := trainer.Store(end); err != nil {
			t.Fatal(err)
		}
		for _, name := range c.Config.Names() {
			w, ok := tr.End[c.Config.HFName(name)]
			if !ok {
				t.Fatalf("the oracle has no end of %s", name)
			}
			got := end.Tensors[name].Data
			if w.Zero {
				for _, at := range w.Largest {
					near(t, name, float64(got[int(at[0])]), at[1], n.Cases.Tol(t, "trajectory.key_bias"))
				}
				continue
			}
			near(t, name+" norm", norm(got), w.Norm, n.Cases.Tol(t, "trajectory.norm")*w.Norm)
			for _, at := range w.Largest {
				near(t, name, float64(got[int(at[0])]), at[1], n.Cases.Tol(t, "trajectory.largest")*w.Norm)
			}
		}
	})
}
