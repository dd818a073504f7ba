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

// TestSources: thresholds learn over every score; what goes back into the weights, through
// layers that only add to a sum too, agrees with differences of the loss.
func TestSources(t *testing.T) {
	for _, spec := range []string{"others", "cls", "accumulated"} {
		t.Run(spec, func(t *testing.T) {
			cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
				rule, err := pruners.Parse("threshold:final=1.3,divisor=mean,score=" + spec)
				if err != nil {
					t.Fatal(err)
				}
				b := batch(&n, &c.Config)
				var size model.Size
				size.Fit(b.Seqs)
				loss := func() (*train.Trainer, float64) {
					l, _, err := pruners.Learn(rule, pruners.LearnOptions{Layers: c.Config.Layers, Heads: c.Config.Heads, Width: c.Config.Width, Temperature: 0.2 / pruners.PaddedLength})
					if err != nil {
						t.Fatal(err)
					}
					e, err := model.NewTrainable(d, c)
					if err != nil {
						t.Fatal(err)
					}
					trainer, err := train.New(e, size, one(soft(c, l, 2, train.Real)))
					if err != nil {
						t.Fatal(err)
					}
					r, err := trainer.Grad(b)
					if err != nil {
						t.Fatal(err)
					}
					return trainer, r.Loss
				}
				trainer, _ := loss()
				for _, name := range []string{"layer.0.query.weight", "layer.1.key.weight"} {
					var grad []float32
					for _, p := range trainer.Params() {
						if p.Name == name {
							grad = make([]float32, p.Grad.Rows*p.Grad.Cols)
							d.Read(grad, p.Grad)
						}
					}
					at := 0
					for i, g := range grad {
						if math.Abs(float64(g)) > math.Abs(float64(grad[at])) {
							at = i
						}
					}
					x := &c.Tensors[name].Data[at]
					const step = 5e-3
					before := *x
					*x = before + step
					_, up := loss()
					*x = before - step
					_, down := loss()
					*x = before
					if want := (up - down) / (2 * step); !(math.Abs(float64(grad[at])-want) <= 1e-3+0.02*math.Abs(want)) {
						t.Errorf("the gradient of %s is %v, by differences %v", name, grad[at], want)
					}
				}
			})
		})
	}
}
