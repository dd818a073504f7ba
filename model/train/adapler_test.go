package train_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// adapler runs f on the networks of few layers, with a batch and a learner of AdapLeR.
func adapler(t *testing.T, f func(t *testing.T, c *model.Checkpoint, d hw.Backward, n *oracle.Net, l pruners.NetLearner)) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		if c.Config.Layers == 6 || c.Config.Layers == 5 && c.Config.IsRegression() {
			f(t, c, d, &n, relaxed(t, "adapler:scale=1", c.Config.Width).(pruners.NetLearner))
		}
	})
}

// only makes a trainer whose loss is one term, at full weight.
func only(t *testing.T, text string, c, taught *model.Checkpoint, d hw.Backward, b train.Batch, l pruners.Learner) *train.Trainer {
	t.Helper()
	term, err := train.ParseTerm(text)
	if err != nil {
		t.Fatal(err)
	}
	e, err := model.NewTrainable(d, c)
	if err != nil {
		t.Fatal(err)
	}
	teacher, err := model.NewTrainable(d, taught)
	if err != nil {
		t.Fatal(err)
	}
	var size model.Size
	size.Fit(b.Seqs)
	trainer, err := train.New(e, size, train.Options{Teacher: teacher, Passes: []train.Pass{{Learner: l, Terms: []train.Term{term}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { trainer.Close(); e.Close(); teacher.Close() })
	return trainer
}

// TestSaliencyOfRows: it is made of the gradient of the right class's logit, which agrees with
// differences, and is the same bits for a sequence in a batch and alone.
func TestSaliencyOfRows(t *testing.T) {
	adapler(t, func(t *testing.T, c *model.Checkpoint, d hw.Backward, n *oracle.Net, l pruners.NetLearner) {
		b := batch(n, &c.Config)
		trainer := only(t, "saliency", c, c, d, b, l)
		all, x, dx, err := train.Saliency(trainer, b)
		if err != nil {
			t.Fatal(err)
		}
		width, sums := c.Config.Width, make([]float64, c.Config.Width)
		for r, got := range all {
			want := 0.0
			for j := range width {
				want += math.Pow(float64(x[r*width+j])*float64(dx[r*width+j]), 2)
				sums[j] += float64(dx[r*width+j])
			}
			near(t, fmt.Sprintf("saliency of row %d", r), float64(got), math.Sqrt(want), 1e-6)
		}
		logits := func() (sum float64) {
			e, err := model.New(d, c)
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			var size model.Size
			size.Fit(b.Seqs)
			run := model.NewRun(e, model.Free{}, size, model.Options{})
			defer run.Close()
			run.Load(b.Batch)
			out := e.Forward(run)
			list := make([]float32, out.Rows*out.Cols)
			d.Read(list, out)
			for i, x := range list {
				if c.Config.IsRegression() {
					sum += float64(x)
				} else {
					sum += float64(x * b.Targets[i])
				}
			}
			return sum
		}
		bias := c.Tensors["embed.norm.bias"].Data // which each row that enters the first layer has added
		if !c.Config.Projects() {
			const step = 5e-3
			for _, j := range []int{0, width / 2} {
				before := bias[j]
				bias[j] = before + step
				up := logits()
				bias[j] = before - step
				want := (up - logits()) / (2 * step)
				bias[j] = before
				near(t, "the sum of gradients", sums[j], want, 2e-3+0.02*math.Abs(want))
			}
		}
		for i := range n.Cases.Batch {
			one := batch(n, &c.Config, i)
			alone, _, _, err := train.Saliency(trainer, one)
			if err != nil {
				t.Fatal(err)
			}
			for r, got := range alone {
				if want := all[int(b.Seqs[i])+r]; got != want {
					t.Errorf("sequence %d, row %d: %v alone, %v in a batch", i, r, got, want)
				}
			}
		}
	})
}

// TestSaliency: the gradients of networks and of the encoder agree with differences where bars
// are so low that policies hardly move.
func TestSaliency(t *testing.T) {
	adapler(t, func(t *testing.T, c *model.Checkpoint, d hw.Backward, n *oracle.Net, l pruners.NetLearner) {
		for i := range l.Params()[0].Value {
			l.Params()[0].Value[i] = 0.01
		}
		b, teacher := batch(n, &c.Config), c.Clone()
		loss := func() (*train.Trainer, float64) {
			trainer := only(t, "saliency", c, teacher, d, b, l)
			r, err := trainer.Grad(b)
			if err != nil {
				t.Fatal(err)
			}
			return trainer, r.Loss
		}
		trainer, first := loss()
		for _, p := range append(trainer.NetParams(), trainer.Params()...) {
			list := c.Tensors[p.Name].Data
			switch own, ok := strings.CutPrefix(p.Name, "pruner."); {
			case ok && strings.HasSuffix(own, "weight"):
				list = l.State()[own].Data
			case p.Name != "layer.1.up.weight":
				continue
			}
			g, at := make([]float32, p.Grad.Rows*p.Grad.Cols), 0
			d.Read(g, p.Grad)
			for i, x := range g {
				if math.Abs(float64(x)) > math.Abs(float64(g[at])) {
					at = i
				}
			}
			const step = 5e-3
			before := list[at]
			list[at] = before + step
			_, up := loss()
			list[at] = before - step
			_, down := loss()
			list[at] = before
			if want := (up - down) / (2 * step); !(math.Abs(float64(g[at])-want) <= 2e-3+0.03*math.Abs(want)) || g[at] == 0 {
				t.Errorf("the gradient of %s is %v, by differences %v", p.Name, g[at], want)
			}
		}
		if !(first > 0) {
			t.Errorf("the divergence is %v", first)
		}
	})
}

// TestLengths: the gradients of bars and factors agree with differences, where no layer's output
// depends on its attention, so that networks see the same whatever is dropped; nothing else has
// a gradient.
func TestLengths(t *testing.T) {
	adapler(t, func(t *testing.T, c *model.Checkpoint, d hw.Backward, n *oracle.Net, l pruners.NetLearner) {
		c = c.Clone()
		for name, x := range c.Tensors {
			if strings.HasSuffix(name, ".out.weight") && strings.HasPrefix(name, "layer.") {
				clear(x.Data)
			}
		}
		b := batch(n, &c.Config)
		loss := func() (*train.Trainer, float64) {
			trainer := only(t, "lengths", c, c, d, b, l)
			r, err := trainer.Grad(b)
			if err != nil {
				t.Fatal(err)
			}
			return trainer, r.Loss
		}
		trainer, value := loss()
		if rows := float64(b.Seqs.Rows()*c.Config.Layers) / float64(b.Seqs.Count()); !(value > 1 && value < rows) {
			t.Errorf("lengths are %v, with no token dropped %v", value, rows)
		}
		for _, p := range append(trainer.NetParams(), trainer.Params()...) {
			g := make([]float32, p.Grad.Rows*p.Grad.Cols)
			d.Read(g, p.Grad)
			for _, x := range g {
				if x != 0 {
					t.Fatalf("%s has a gradient", p.Name)
				}
			}
		}
		some := 0
		for _, p := range l.Params() {
			grad := append([]float32(nil), p.Grad...)
			for i := range grad {
				if p.Fixed != nil && p.Fixed[i] {
					continue
				}
				const step = 1e-3
				before := p.Value[i]
				p.Value[i] = before + step
				_, up := loss()
				p.Value[i] = before - step
				_, down := loss()
				p.Value[i] = before
				want := (up - down) / (2 * step)
				near(t, fmt.Sprintf("the gradient of %s of layer %d", p.Name, i), float64(grad[i]), want, 5e-3+0.02*math.Abs(want))
				if math.Abs(want) > 0.1 {
					some++
				}
			}
		}
		if some < 3 {
			t.Errorf("only %d gradients are of any size", some)
		}
	})
}

// TestAdapLeRLearns: in a short training the task's loss, the divergence and the lengths all fall.
func TestAdapLeRLearns(t *testing.T) {
	adapler(t, func(t *testing.T, c *model.Checkpoint, d hw.Backward, n *oracle.Net, _ pruners.NetLearner) {
		rule, err := pruners.Parse("adapler:scale=2")
		if err != nil {
			t.Fatal(err)
		}
		o := pruners.LearnOptions{Layers: c.Config.Layers, Heads: c.Config.Heads, Width: c.Config.Width, Seed: 5}
		if rule, err = pruners.Begin(rule, o); err != nil {
			t.Fatal(err)
		}
		pass := train.Pass{}
		if pass.Learner, _, err = pruners.Learn(rule, o); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"task", "saliency:weight=0.1", "lengths:weight=0.02"} {
			term, err := train.ParseTerm(text)
			if err != nil {
				t.Fatal(err)
			}
			pass.Terms = append(pass.Terms, term)
		}
		teacher, err := model.NewTrainable(d, c)
		if err != nil {
			t.Fatal(err)
		}
		defer teacher.Close()
		e, err := model.NewTrainable(d, c)
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		b := batch(n, &c.Config)
		var size model.Size
		size.Fit(b.Seqs)
		trainer, err := train.New(e, size, train.Options{Steps: 30, LearningRate: 1e-3, LearnerRate: 3e-3, Teacher: teacher, Passes: []train.Pass{pass}})
		if err != nil {
			t.Fatal(err)
		}
		defer trainer.Close()
		first := map[string]float64{}
		for i := range 30 {
			r, err := trainer.Step(b)
			if err != nil {
				t.Fatal(err)
			}
			for _, term := range r.Terms {
				if i == 0 {
					first[term.Name] = term.Value
				}
				if i == 29 && !(term.Value < 0.98*first[term.Name]) {
					t.Errorf("%s was %v and is %v", term.Name, first[term.Name], term.Value)
				}
			}
		}
	})
}
