package train_test

import (
	"math"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// TestObjectives: the gradient of every registered objective's examples agrees with
// differences of the loss, in each kind of pass that the objective fits, and in a step of
// two passes.
func TestObjectives(t *testing.T) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		if c.Config.Layers > 6 || d.Info().Kernel == "generic" && len(hw.Drivers()[0].Variants()) > 1 {
			return // the smaller networks on the fast paths do
		}
		other := c.Clone()
		for _, name := range []string{"layer.0.norm2.bias", "layer.1.norm2.weight", "head.dense.bias"} {
			for i := range other.Tensors[name].Data {
				other.Tensors[name].Data[i] += 0.3 * float32(math.Sin(float64(i)))
			}
		}
		teacher, err := model.New(d, other)
		if err != nil {
			t.Fatal(err)
		}
		random, err := pruners.Parse("random:keep=0.7,seed=1") // which rows it keeps no weight changes
		if err != nil {
			t.Fatal(err)
		}
		tried := 0
		for _, e := range train.Objectives() {
			if e.Doc == "" || len(e.Examples) == 0 {
				t.Errorf("%s lacks a doc or an example", e.Name)
			}
			for _, text := range e.Examples {
				term, err := train.ParseTerm(text)
				if err != nil {
					t.Fatal(err)
				}
				t.Run(text, func(t *testing.T) {
					for what, passes := range map[string]func() []train.Pass{
						"plain":  func() []train.Pass { return []train.Pass{{Terms: []train.Term{term}}} },
						"pruned": func() []train.Pass { return []train.Pass{{Pruner: random, Terms: []train.Term{term}}} },
						"soft": func() []train.Pass {
							l := learner(t, &c.Config, n.Cases.Soft.Theta, n.Cases.Soft.Divisor, 0.05)
							return []train.Pass{{Learner: l, Terms: []train.Term{term}}}
						},
						"two passes": func() []train.Pass {
							return []train.Pass{{Weight: 0.5}, {Pruner: random, Terms: []train.Term{term}}}
						},
					} {
						if strings.HasPrefix(text, "distil:from=first") {
							continue // see TestFirst: the answers move with the weights, and are constants to the gradient
						}
						if gradient(t, what, n, c, d, train.Options{Teacher: teacher}, passes) {
							tried++
						}
					}
				})
			}
		}
		if tried < 6 {
			t.Errorf("only %d gradients were compared", tried)
		}
	})
}

// TestSeveralLabels: where any number of labels may hold at once, the task's loss is the mean of each label's own binary
// cross entropy, its gradient and that of distilling it agree with differences, and what is for classes is refused.
func TestSeveralLabels(t *testing.T) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		if c.Config.Layers > 6 || d.Info().Kernel == "generic" && len(hw.Drivers()[0].Variants()) > 1 {
			return
		}
		if c.Config.IsRegression() {
			return
		}
		c = c.Clone()
		c.Config.Problem = model.MultiLabel
		teacher, err := model.New(d, c)
		if err != nil {
			t.Fatal(err)
		}
		random, err := pruners.Parse("random:keep=0.7,seed=1")
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"task", "binary-cross-entropy", "distil"} {
			term, err := train.ParseTerm(text)
			if err != nil {
				t.Fatal(err)
			}
			for what, pass := range map[string]train.Pass{"plain": {Terms: []train.Term{term}}, "pruned": {Pruner: random, Terms: []train.Term{term}, Weight: 0.3}} {
				if !gradient(t, what, n, c, d, train.Options{Teacher: teacher}, func() []train.Pass { return []train.Pass{pass} }) {
					t.Errorf("%s does not fit", text)
				}
			}
		}
		if _, err := train.Needed([]train.Term{{Name: "cross-entropy", Objective: objective(t, "cross-entropy"), Weight: 1}}, train.Fit{Student: &c.Config}); err == nil {
			t.Error("cross-entropy fits")
		}

		b := batch(&n, &c.Config)
		var size model.Size
		size.Fit(b.Seqs)
		for i := range b.Targets {
			b.Targets[i] = float32(i * 5 % 7 % 2) // several at once, and none
		}
		e, err := model.NewTrainable(d, c)
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := train.New(e, size, train.Options{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := trainer.Grad(b)
		if err != nil {
			t.Fatal(err)
		}
		logits := make([]float32, len(b.Targets))
		d.Read(logits, trainer.Run().Logits.Top(b.Seqs.Count()))
		want := 0.0
		for i, x := range logits {
			p := 1 / (1 + math.Exp(-float64(x)))
			want -= (float64(b.Targets[i])*math.Log(p) + float64(1-b.Targets[i])*math.Log(1-p)) / float64(len(logits))
		}
		if !(math.Abs(r.Loss-want) <= 1e-9) {
			t.Errorf("loss %v, not %v", r.Loss, want)
		}
	})
}

func objective(t *testing.T, text string) train.Objective {
	t.Helper()
	term, err := train.ParseTerm(text)
	if err != nil {
		t.Fatal(err)
	}
	return term.Objective
}

// gradient compares the largest entries of some gradients with differences; false if the
// objective does not fit.
func gradient(t *testing.T, what string, n oracle.Net, c *model.Checkpoint, d hw.Backward, o train.Options, passes func() []train.Pass) bool {
	b := batch(&n, &c.Config)
	for i := range b.Targets { // a teacher's answers, other than the labels
		b.Teacher = append(b.Teacher, 0.5*b.Targets[i]+0.5/float32(c.Config.Labels))
	}
	var size model.Size
	size.Fit(b.Seqs)
	run := func() (*train.Trainer, float64) {
		e, err := model.NewTrainable(d, c)
		if err != nil {
			t.Fatal(err)
		}
		o.Passes = passes()
		trainer, err := train.New(e, size, o)
		if err != nil {
			if !strings.Contains(err.Error(), "objective") {
				t.Fatal(err)
			}
			return nil, 0
		}
		r, err := trainer.Grad(b)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, term := range r.Terms {
			sum += float64(term.Weight) * term.Value
		}
		if math.Abs(sum-r.Loss) > 1e-9 {
			t.Errorf("%s: the loss %v is not the sum of its terms %+v", what, r.Loss, r.Terms)
		}
		return trainer, r.Loss
	}
	trainer, _ := run()
	if trainer == nil {
		return false
	}
	for _, name := range []string{"layer.0.up.weight", "head.out.bias"} {
		var grad []float32
		for _, p := range trainer.Params() {
			if p.Name == name {
				grad = make([]float32, p.Grad.Rows*p.Grad.Cols)
				d.Read(grad, p.Grad)
			}
		}
		largest := 0
		for i, g := range grad {
			if math.Abs(float64(g)) > math.Abs(float64(grad[largest])) {
				largest = i
			}
		}
		const step = 1e-3
		at := &c.Tensors[name].Data[largest]
		was := *at
		*at = was + step
		_, up := run()
		*at = was - step
		_, down := run()
		*at = was
		want := (up - down) / (2 * step)
		if got := float64(grad[largest]); !(math.Abs(got-want) <= 3e-4+0.02*math.Abs(want)) {
			t.Errorf("%s: the gradient of %s is %v, by differences %v", what, name, got, want)
		}
	}
	return true
}

// TestFirst: a pass that is told the first one's answers learns as from a fixed teacher
// that gives them.
func TestFirst(t *testing.T) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		topk, err := pruners.Parse("topk:rate=0.4,start=1")
		if err != nil {
			t.Fatal(err)
		}
		b := batch(&n, &c.Config)
		var size model.Size
		size.Fit(b.Seqs)
		norms := map[string]float64{}
		for _, text := range []string{"distil:from=first", "distil"} {
			term, err := train.ParseTerm(text)
			if err != nil {
				t.Fatal(err)
			}
			e, err := model.NewTrainable(d, c)
			if err != nil {
				t.Fatal(err)
			}
			trainer, err := train.New(e, size, train.Options{Teacher: e, Passes: []train.Pass{{}, {Pruner: topk, Terms: []train.Term{term}}}})
			if err != nil {
				t.Fatal(err)
			}
			r, err := trainer.Grad(b)
			if err != nil {
				t.Fatal(err)
			}
			norms[text] = r.GradNorm
			b.Teacher = make([]float32, b.Seqs.Count()*c.Config.Labels)
			d.Read(b.Teacher, trainer.Run().Logits.Top(b.Seqs.Count()))
			for at := 0; c.Config.Labels > 1 && at < len(b.Teacher); at += c.Config.Labels {
				train.Softmax(b.Teacher[at : at+c.Config.Labels])
			}
		}
		if norms["distil"] != norms["distil:from=first"] {
			t.Errorf("gradient norms %v", norms)
		}
	})
}

// TestPasses: the gradient of two passes is the sum of each one's.
func TestPasses(t *testing.T) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		topk, err := pruners.Parse("topk:rate=0.4,start=1")
		if err != nil {
			t.Fatal(err)
		}
		b := batch(&n, &c.Config)
		var size model.Size
		size.Fit(b.Seqs)
		grads := func(passes ...train.Pass) map[string][]float32 {
			e, err := model.NewTrainable(d, c)
			if err != nil {
				t.Fatal(err)
			}
			trainer, err := train.New(e, size, train.Options{Passes: passes})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := trainer.Grad(b); err != nil {
				t.Fatal(err)
			}
			all := map[string][]float32{}
			for _, p := range trainer.Params() {
				all[p.Name] = make([]float32, p.Grad.Rows*p.Grad.Cols)
				d.Read(all[p.Name], p.Grad)
			}
			return all
		}
		first, second := grads(train.Pass{}), grads(train.Pass{Pruner: topk, Weight: 0.5})
		for name, sum := range grads(train.Pass{}, train.Pass{Pruner: topk, Weight: 0.5}) {
			want := make([]float32, len(sum))
			for i := range want {
				want[i] = first[name][i] + second[name][i] - sum[i]
			}
			if off := norm(want); !(off <= 1e-4*norm(sum)+1e-7) {
				t.Errorf("%s: the sum is off by %g of %g", name, off, norm(sum))
			}
		}
	})
}

// TestTerms: what cannot be aimed at is an error that names the objective.
func TestTerms(t *testing.T) {
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
	for text, want := range map[string]string{
		"entropy":                    "there are: ",
		"cross-entropy:weight=-1":    "from 0 to",
		"mask:over=all":              "none of real, padded",
		"squared-error":              "objective squared-error: the task has classes",
		"token-labels":               "objective token-labels: it learns from a teacher; name one",
		"token-labels:where=nowhere": "none of remaining, death",
		"token-scl:temperature=0":    "from 0.001 to",
		"mask:weight=0.1":            "objective mask: there is no mask",
		"hidden":                     "objective hidden: it learns from a teacher; name one",
		"distil:from=first,weight=x": "not a number",
	} {
		term, err := train.ParseTerm(text)
		if err == nil {
			_, err = train.New(e, model.Size{Rows: 8, Seqs: 1, Longest: 8, Pairs: 64}, one(train.Pass{Terms: []train.Term{term}}))
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
