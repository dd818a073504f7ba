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

// predictor is a learner in tests alone: a row's mask is sigmoid(w·h + b) of the
// layer's input h, and it reads no score.
type predictor struct{ w, dw []float32 } // the last entry is b

func (p *predictor) Params() []pruners.Param {
	return []pruners.Param{{Name: "predictor", Value: p.w, Grad: p.dw}}
}
func (p *predictor) Score(layer int) hw.Score { return hw.Score{} }
func (p *predictor) Masks(layer int) bool     { return layer > 0 }
func (p *predictor) UsesHidden() bool         { return true }
func (p *predictor) Pruner() pruners.Pruner   { return pruners.None{} }

func (p *predictor) Mask(v pruners.View, mask []float32) {
	h := v.Hidden()
	for r := range mask {
		z := float64(p.w[v.Width])
		for j := range v.Width {
			z += float64(p.w[j] * h[r*v.Width+j])
		}
		mask[r] = float32(1 / (1 + math.Exp(-z)))
	}
}

func (p *predictor) MaskGrad(v pruners.View, mask, dmask []float32, to pruners.MaskGrads) {
	h := v.Hidden()
	for r := range dmask {
		g := dmask[r] * mask[r] * (1 - mask[r])
		for j := range v.Width {
			p.dw[j] += g * h[r*v.Width+j]
			to.Hidden[r*v.Width+j] += g * p.w[j]
		}
		p.dw[v.Width] += g
	}
}

// TestPredictor: a predictor on hidden rows learns through the same seam; its
// gradient, and the weights' below it, agree with differences of the loss.
func TestPredictor(t *testing.T) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		b := batch(&n, &c.Config)
		var size model.Size
		size.Fit(b.Seqs)
		width := c.Config.Width
		p := &predictor{make([]float32, width+1), make([]float32, width+1)}
		for j := range p.w {
			p.w[j] = 0.3 * float32(math.Sin(float64(7*j)))
		}
		loss := func(c *model.Checkpoint) (*train.Trainer, float64) {
			e, err := model.NewTrainable(d, c)
			if err != nil {
				t.Fatal(err)
			}
			trainer, err := train.New(e, size, one(soft(c, p, 0.2, train.Real)))
			if err != nil {
				t.Fatal(err)
			}
			r, err := trainer.Grad(b)
			if err != nil {
				t.Fatal(err)
			}
			return trainer, r.Loss
		}
		trainer, _ := loss(c)
		grad := append([]float32(nil), p.dw...)
		bias := "layer.1.query.weight"
		var query []float32
		for _, x := range trainer.Params() {
			if x.Name == bias {
				query = make([]float32, x.Grad.Rows*x.Grad.Cols)
				d.Read(query, x.Grad)
			}
		}
		near := func(what string, got float32, change func(by float32)) {
			const step = 1e-2
			change(step)
			_, up := loss(c)
			change(-2 * step)
			_, down := loss(c)
			change(step)
			if want := (up - down) / (2 * step); !(math.Abs(float64(got)-want) <= 2e-3+0.02*math.Abs(want)) {
				t.Errorf("the gradient of %s is %v, by differences %v", what, got, want)
			}
		}
		for _, j := range []int{0, width / 2, width} {
			near("the predictor", grad[j], func(by float32) { p.w[j] += by })
		}
		largest := 0
		for i, g := range query {
			if math.Abs(float64(g)) > math.Abs(float64(query[largest])) {
				largest = i
			}
		}
		near(bias, query[largest], func(by float32) { c.Tensors[bias].Data[largest] += by })
	})
}
