package train_test

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// TestInside: where masks weigh what enters the feed-forward, the gradients of a rule's
// weights and of the model's agree with differences; the ratio is that of the hard rule.
func TestInside(t *testing.T) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		if c.Config.Layers > 6 || d.Info().Kernel == "generic" && len(hw.Drivers()[0].Variants()) > 1 {
			return
		}
		b := batch(&n, &c.Config)
		var size model.Size
		size.Fit(b.Seqs)
		var learning []train.Term
		for _, text := range []string{"task", "mask:layers=growing,weight=0.1", "budget:target=0.3"} {
			term, err := train.ParseTerm(text)
			if err != nil {
				t.Fatal(err)
			}
			learning = append(learning, term)
		}
		weights := make([]float32, 20*c.Config.Layers)
		for i := range weights {
			weights[i] = 0.6 + 0.3*float32(math.Sin(float64(i)))
		}
		run := func() (*train.Trainer, pruners.Learner, train.Result) {
			e, err := model.NewTrainable(d, c)
			if err != nil {
				t.Fatal(err)
			}
			l, err := pruners.Power{Weights: weights}.Learn(pruners.LearnOptions{Layers: c.Config.Layers, Heads: c.Config.Heads, Width: c.Config.Width})
			if err != nil {
				t.Fatal(err)
			}
			trainer, err := train.New(e, size, one(train.Pass{Learner: l, Terms: learning}))
			if err != nil {
				t.Fatal(err)
			}
			r, err := trainer.Grad(b)
			if err != nil {
				t.Fatal(err)
			}
			return trainer, l, r
		}
		trainer, l, r := run()
		var paper, full int64
		for b2 := range b.Seqs.Count() {
			alive, kept, ok := pruners.Counts(l.Pruner(), c.Config.Layers, b.Seqs.Len(b2))
			if !ok {
				t.Fatal("counts do not follow from lengths")
			}
			paper, full = paper+model.PaperBy(&c.Config, l.Pruner(), b.Seqs.Len(b2), alive, kept), full+model.Full(&c.Config, b.Seqs.Len(b2))
		}
		if want := float64(paper) / float64(full); r.Ratio != want {
			t.Errorf("the ratio is %v, that of the hard rule %v", r.Ratio, want)
		}
		compared := 0
		differ := func(what string, grad float32, value *float32) {
			const step = 3e-4
			was := *value
			*value = was + step
			above, _, up := run()
			*value = was - step
			below, _, down := run()
			*value = was
			if !slices.Equal(ranked(above, &c.Config), ranked(below, &c.Config)) {
				return // rows change their ranks between the two, where the loss has a step
			}
			compared++
			if want := (up.Loss - down.Loss) / (2 * step); !(math.Abs(float64(grad)-want) <= 2e-3+0.02*math.Abs(want)) {
				t.Errorf("the gradient of %s is %v, by differences %v", what, grad, want)
			}
		}
		grads := slices.Clone(l.Params()[0].Grad)
		for i := 3; i < len(weights); i += 17 {
			differ("a rank's weight", grads[i], &weights[i])
		}
		for _, p := range trainer.Params() {
			if p.Name != "layer.0.up.weight" && p.Name != "layer.1.out.bias" {
				continue
			}
			grad, most := make([]float32, p.Grad.Rows*p.Grad.Cols), 0
			d.Read(grad, p.Grad)
			for i, g := range grad {
				if math.Abs(float64(g)) > math.Abs(float64(grad[most])) {
					most = i
				}
			}
			differ(p.Name, grad[most], &c.Tensors[p.Name].Data[most])
		}
		t.Logf("%d compared", compared)
		if compared < 2 {
			t.Errorf("only %d gradients were compared", compared)
		}
	})
}

// ranked lists the rows of each sequence by falling score, layer after layer.
func ranked(t *train.Trainer, c *model.Config) (list []int) {
	for l := range c.Layers {
		seqs, scores := t.Run().Received(l)
		for b := range seqs.Count() {
			rows := make([]int, seqs.Len(b))
			for i := range rows {
				rows[i] = int(seqs[b]) + i
			}
			slices.SortStableFunc(rows, func(x, y int) int { return cmp.Compare(scores[y], scores[x]) })
			list = append(list, rows...)
		}
	}
	return list
}
