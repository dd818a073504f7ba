package recipe

import (
	"fmt"
	"slices"

	"ltpbench/bench/stats"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// Score is a short account of a model with a rule on some examples.
type Score struct {
	Accuracy float64 `json:"accuracy,omitempty"` // of classes
	Pearson  float64 `json:"pearson,omitempty"`  // of a regression's scores
	Paper    float64 `json:"paper_ratio"`        // FLOPs by the published formula, relative to no pruning
	Examples int     `json:"examples"`
	// Predictions are the logits' argmax, or the one logit of a regression.
	Predictions []float64   `json:"-"`
	Logits      [][]float32 `json:"-"` // per example
	Kept        [][]int     `json:"-"` // per example and layer: tokens that leave it

	regression bool
}

// String is what was right, or how the scores agree.
func (s Score) String() string {
	if s.regression {
		return fmt.Sprintf("pearson %.4f", s.Pearson)
	}
	return fmt.Sprintf("accuracy %.1f %%", 100*s.Accuracy)
}

// Evaluate runs the examples through an encoder, all rows of the last layer included.
func Evaluate(e *model.Encoder, p pruners.Pruner, examples []train.Example) (Score, error) {
	s := Score{Examples: len(examples), Predictions: make([]float64, len(examples))}
	var paper, full, right float64
	var alive, kept [][]int
	err := each(e, p, examples, model.Options{Exact: true}, func(i int, logits []float32, r *model.Run, at int) {
		if at == 0 {
			_, alive, kept = r.Counts()
		}
		paper += float64(model.Paper(&e.Config, alive[at], kept[at]))
		full += float64(model.Full(&e.Config, len(examples[i].IDs)))
		s.Logits = append(s.Logits, append([]float32(nil), logits...))
		s.Kept = append(s.Kept, kept[at])
		s.Predictions[i] = float64(logits[0])
		if len(logits) > 1 {
			s.Predictions[i] = float64(argmax(logits))
			if argmax(logits) == argmax(examples[i].Target) {
				right++
			}
		}
	})
	s.Paper, s.Accuracy = paper/full, right/float64(len(examples))
	if s.regression = e.Config.IsRegression(); s.regression {
		var truth []float64
		for _, x := range examples {
			truth = append(truth, float64(x.Target[0]))
		}
		s.Accuracy, s.Pearson = 0, stats.Pearson(s.Predictions, truth)
	}
	return s, err
}

// each runs all examples in batches of 32 and calls f for each in turn with its
// logits and its place in the batch that r has just run.
func each(e *model.Encoder, p pruners.Pruner, examples []train.Example, o model.Options, f func(i int, logits []float32, r *model.Run, at int)) error {
	batches, size := packed(examples)
	r, err := model.NewHardRun(e, p, size, o)
	if err != nil {
		return err
	}
	for n, b := range batches {
		r.Load(b)
		m := e.Forward(r)
		if err := r.Sync(); err != nil {
			return err
		}
		logits := make([]float32, m.Rows*m.Cols)
		e.Device.Read(logits, m)
		for at := range m.Rows {
			f(n*batch+at, logits[at*m.Cols:(at+1)*m.Cols], r, at)
		}
	}
	return nil
}

// batch is how many examples are run at once.
const batch = 32

func packed(examples []train.Example) (batches []ragged.Batch, size model.Size) {
	for some := range slices.Chunk(examples, batch) {
		var seqs []ragged.Sequence
		for _, x := range some {
			seqs = append(seqs, x.Sequence)
		}
		b := ragged.Pack(seqs...)
		size.Fit(b.Seqs)
		batches = append(batches, b)
	}
	return batches, size
}

func argmax(x []float32) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}
