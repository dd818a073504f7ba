package train_test

import (
	"math"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// TestBudget: where masks are 0 or 1 the value is that of the ledger's count, and the
// gradient into thresholds agrees with differences.
func TestBudget(t *testing.T) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		if c.Config.Layers > 6 || d.Info().Kernel == "generic" && len(hw.Drivers()[0].Variants()) > 1 {
			return
		}
		b := batch(&n, &c.Config)
		var size model.Size
		size.Fit(b.Seqs)
		term, err := train.ParseTerm("budget:target=0.3,weight=2")
		if err != nil {
			t.Fatal(err)
		}
		theta := append([]float32(nil), n.Cases.Soft.Theta...)
		run := func(temperature float32) (*train.Trainer, pruners.Learner, train.Result) {
			e, err := model.NewTrainable(d, c)
			if err != nil {
				t.Fatal(err)
			}
			l := learner(t, &c.Config, theta, n.Cases.Soft.Divisor, temperature)
			trainer, err := train.New(e, size, one(train.Pass{Learner: l, Terms: []train.Term{term}}))
			if err != nil {
				t.Fatal(err)
			}
			r, err := trainer.Grad(b)
			if err != nil {
				t.Fatal(err)
			}
			return trainer, l, r
		}
		_, _, r := run(1e-12)
		if want := 10 * (r.Ratio - 0.3) * (r.Ratio - 0.3); !(math.Abs(r.Terms[0].Value-want) <= 1e-9) {
			t.Errorf("the value is %v, by the ledger's ratio %v it is %v", r.Terms[0].Value, r.Ratio, want)
		}
		const temperature, step = 0.02, 2e-4
		_, l, _ := run(temperature)
		for i := 1; i < c.Config.Layers; i++ {
			was, grad := theta[i], float64(l.Params()[0].Grad[i])
			theta[i] = was + step
			_, _, up := run(temperature)
			theta[i] = was - step
			_, _, down := run(temperature)
			theta[i] = was
			if want := (up.Loss - down.Loss) / (2 * step); !(math.Abs(grad-want) <= 2e-3*(1+math.Abs(want))) || grad == 0 {
				t.Errorf("the gradient of theta %d is %v, by differences %v", i, grad, want)
			}
		}
	})
}
