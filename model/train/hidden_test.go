package train_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// leaving lists, layer after layer, the offsets and positions of the rows that left it in a
// trainer's last forward pass.
func leaving(t *train.Trainer, c *model.Config) (list []int32) {
	for l := range c.Layers {
		seqs, positions := t.Run().Kept(l)
		list = append(append(list, seqs...), positions...)
	}
	return list
}

// TestHidden: the gradient of the distance to a teacher's hidden states agrees
// with differences of the loss, plain, under a rule that drops rows and in a soft
// stage; a teacher that is the student itself has no distance; one that does not
// fit is an error.
func TestHidden(t *testing.T) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		b := batch(&n, &c.Config)
		var size model.Size
		size.Fit(b.Seqs)
		other := c.Clone()
		for _, name := range []string{"layer.0.norm2.bias", "layer.1.norm2.weight"} {
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
		distance := func(weight string) train.Term {
			term, err := train.ParseTerm("hidden:weight=" + weight)
			if err != nil {
				t.Fatal(err)
			}
			return term
		}
		task := train.TaskTerm()
		for what, p := range map[string]func() train.Pass{
			"plain":  func() train.Pass { return train.Pass{Terms: []train.Term{task}} },
			"pruned": func() train.Pass { return train.Pass{Pruner: random, Terms: []train.Term{task}} },
			"soft": func() train.Pass {
				return soft(c, learner(t, &c.Config, n.Cases.Soft.Theta, n.Cases.Soft.Divisor, 0.05), 0.1, train.Real)
			},
		} {
			run := func(teacher *model.Encoder) (*train.Trainer, train.Result) {
				p := p()
				p.Terms = append(p.Terms, distance("2"))
				o := one(p)
				o.Teacher = teacher
				e, err := model.NewTrainable(d, c)
				if err != nil {
					t.Fatal(err)
				}
				trainer, err := train.New(e, size, o)
				if err != nil {
					t.Fatal(err)
				}
				r, err := trainer.Grad(b)
				if err != nil {
					t.Fatal(err)
				}
				return trainer, r
			}
			trainer, r := run(teacher)
			if m := r.Term("mask"); r.Term("hidden").Value <= 0 || !(math.Abs(r.Loss-r.Terms[0].Value-2*r.Term("hidden").Value-float64(m.Weight)*m.Value) <= 1e-6) {
				t.Fatalf("%s: the loss %v is not the sum of its parts %+v", what, r.Loss, r)
			}
			for _, name := range []string{"layer.0.up.weight", "layer.1.out.bias"} {
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
				above, up := run(teacher)
				*at = was - step
				below, down := run(teacher)
				*at = was
				if !slices.Equal(leaving(above, &c.Config), leaving(below, &c.Config)) {
					t.Logf("%s: another set is kept on the two sides of %s, where the loss has a step", what, name)
					continue
				}
				want := (up.Loss - down.Loss) / (2 * step)
				if got := float64(grad[largest]); !(math.Abs(got-want) <= 1e-3+0.02*math.Abs(want)) {
					t.Errorf("%s: the gradient of %s is %v, by differences %v", what, name, got, want)
				}
			}
		}
		same, err := model.New(d, c)
		if err != nil {
			t.Fatal(err)
		}
		e, err := model.NewTrainable(d, c)
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := train.New(e, size, train.Options{Passes: []train.Pass{{Terms: []train.Term{task, distance("1")}}}, Teacher: same})
		if err != nil {
			t.Fatal(err)
		}
		if r, err := trainer.Grad(b); err != nil || !(r.Term("hidden").Value <= 1e-9) {
			t.Errorf("from itself the distance is %v, %v", r.Term("hidden"), err)
		}
		wide := *same
		wide.Config.Width++
		if _, err := train.New(e, size, train.Options{Passes: []train.Pass{{Terms: []train.Term{distance("1")}}}, Teacher: &wide}); err == nil || !strings.Contains(err.Error(), "width") {
			t.Errorf("a wider teacher gives %v", err)
		}
	})
}
