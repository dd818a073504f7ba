package train_test

import (
	"math"
	"slices"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// TestScoreMerger: where a rule weighs what it merges by attention's scores, the gradient of
// the weights that these come from agrees with differences of the loss.
func TestScoreMerger(t *testing.T) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		if c.Config.Layers > 6 || d.Info().Kernel == "generic" && len(hw.Drivers()[0].Variants()) > 1 {
			return
		}
		b := batch(&n, &c.Config)
		var size model.Size
		size.Fit(b.Seqs)
		compared := 0
		for _, spec := range []string{"evit:rate=0.3,fuse=sum", "evit:rate=0.3,fuse=mean"} {
			rule, err := pruners.Parse(spec)
			if err != nil {
				t.Fatal(err)
			}
			run := func() (*train.Trainer, train.Result) {
				e, err := model.NewTrainable(d, c)
				if err != nil {
					t.Fatal(err)
				}
				trainer, err := train.New(e, size, one(train.Pass{Pruner: rule}))
				if err != nil {
					t.Fatal(err)
				}
				r, err := trainer.Grad(b)
				if err != nil {
					t.Fatal(err)
				}
				return trainer, r
			}
			trainer, _ := run()
			for _, p := range trainer.Params() {
				if p.Name != "layer.0.up.weight" && p.Name != "layer.2.query.weight" && p.Name != "layer.2.key.weight" {
					continue
				}
				grad, most := make([]float32, p.Grad.Rows*p.Grad.Cols), 0
				d.Read(grad, p.Grad)
				for i, g := range grad {
					if math.Abs(float64(g)) > math.Abs(float64(grad[most])) {
						most = i
					}
				}
				const step = 1e-3
				at := &c.Tensors[p.Name].Data[most]
				was := *at
				*at = was + step
				above, up := run()
				*at = was - step
				below, down := run()
				*at = was
				if !slices.Equal(leaving(above, &c.Config), leaving(below, &c.Config)) {
					continue // another set is kept on the two sides, where the loss has a step
				}
				compared++
				if want := (up.Loss - down.Loss) / (2 * step); !(math.Abs(float64(grad[most])-want) <= 3e-4+0.02*math.Abs(want)) {
					t.Errorf("%s: the gradient of %s is %v, by differences %v", spec, p.Name, grad[most], want)
				}
			}
		}
		if compared < 3 {
			t.Errorf("only %d gradients were compared", compared)
		}
	})
}
