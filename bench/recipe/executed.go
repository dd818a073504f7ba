package recipe

import (
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// Executed runs the examples as a timed pass does, only row 0 asking in the last
// layer, and returns what the engine multiplies: the mean over examples, and the
// ratio of sums to the unpruned model run in the same way.
func Executed(e *model.Encoder, p pruners.Pruner, examples []train.Example) (mean, ratio float64, err error) {
	var sum, full int64
	var asking, alive, kept [][]int
	c := &e.Config
	err = each(e, p, examples, model.Options{}, func(i int, logits []float32, r *model.Run, at int) {
		if at == 0 {
			asking, alive, kept = r.Counts()
		}
		sum += model.Executed(c, asking[at], alive[at], kept[at])
		q, a := make([]int, c.Layers), make([]int, c.Layers)
		for l := range a {
			q[l], a[l] = len(examples[i].IDs), len(examples[i].IDs)
		}
		q[c.Layers-1] = 1
		full += model.Executed(c, q, a, q)
	})
	return float64(sum) / float64(len(examples)), float64(sum) / float64(full), err
}
