package train_test

import (
	"math"
	"strings"
	"testing"

	"ltpbench/hw"
	_ "ltpbench/hw/cpu"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// TestDropoutGradient holds the gradient of every tensor against central differences along itself, under the
// dropout of one step: what is dropped forward is dropped backward, at each site, whichever rows ask or live on.
func TestDropoutGradient(t *testing.T) {
	c, err := model.Load("../testdata/oracle/bert-6x48")
	if err != nil {
		t.Fatal(err)
	}
	c.Config.HiddenDropout, c.Config.AttentionDropout, c.Config.ClassifierDropout = 0.3, 0.3, 0.3
	d, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var b train.Batch
	var seqs []ragged.Sequence
	for i, n := range []int{3, 21, 9, 30} {
		ids := make([]int32, n)
		for j := range ids {
			ids[j] = int32(5 + (i*31+j*17)%190)
		}
		seqs = append(seqs, ragged.Sequence{IDs: ids})
		b.Targets = append(b.Targets, float32(i%2), float32(1-i%2))
	}
	b.Batch = ragged.Pack(seqs...)
	var size model.Size
	size.Fit(b.Seqs)
	for name, o := range map[string]train.Options{
		"all rows":    one(train.Pass{FullLastLayer: true}),
		"first rows":  {},
		"some rows":   one(train.Pass{Pruner: pruners.Random{Share: 0.7, Seed: 1}, FullLastLayer: true}), // which ones no step changes
		"some, first": one(train.Pass{Pruner: pruners.Random{Share: 0.7, Seed: 1}}),
	} {
		o.Dropout, o.Seed = true, 3
		grad := func(c *model.Checkpoint) (*train.Trainer, float64) {
			e, err := model.NewTrainable(d.(hw.Backward), c)
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
			return trainer, r.Loss
		}
		trainer, _ := grad(c)
		for _, p := range trainer.Params() {
			g := make([]float32, p.Grad.Rows*p.Grad.Cols)
			d.Read(g, p.Grad)
			length := norm(g)
			if strings.HasSuffix(p.Name, ".key.bias") {
				continue // softmax does not see it
			}
			if !(length >= 1e-4) {
				t.Errorf("%s: %s has a gradient of length %g", name, p.Name, length)
				continue
			}
			w := c.Tensors[p.Name]
			step := 2e-3 * max(norm(w.Data), 1)
			along := func(by float64) float64 {
				moved := c.Clone()
				data := append([]float32(nil), w.Data...)
				for i := range data {
					data[i] += float32(by * float64(g[i]) / length)
				}
				moved.Tensors[p.Name] = model.Tensor{Shape: w.Shape, Data: data}
				_, loss := grad(moved)
				return loss
			}
			got := (along(step) - along(-step)) / (2 * step)
			if !(math.Abs(got-length) <= 0.02*length+1e-4) {
				t.Errorf("%s: %s: %.6f along a gradient of length %.6f", name, p.Name, got, length)
			}
		}
	}
}
