package recipe

import (
	"context"
	"fmt"

	"ltpbench/bench/eval"
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

	regression bool
}

// String is what was right, or how the scores agree.
func (s Score) String() string {
	if s.regression {
		return fmt.Sprintf("pearson %.4f", s.Pearson)
	}
	return fmt.Sprintf("accuracy %.1f %%", 100*s.Accuracy)
}

// score runs the examples through an encoder and scores what it answers.
func score(e *model.Encoder, rule pruners.Pruner, examples []ragged.Sequence, truth []float64) (Score, error) {
	x, err := eval.Evaluate(context.Background(), e, rule, examples, false)
	if err != nil {
		return Score{}, err
	}
	s := Score{Paper: x.Work.Relative(x.None).Paper, Examples: len(examples), regression: e.Config.IsRegression()}
	if s.regression {
		s.Pearson = stats.Pearson(x.Predicted, truth)
		return s, nil
	}
	right := make([]bool, len(truth))
	for i, p := range x.Predicted {
		right[i] = p == truth[i]
	}
	s.Accuracy, _ = stats.Accuracy(right)
	return s, nil
}

// sequences are the examples without their targets.
func sequences(examples []train.Example) []ragged.Sequence {
	list := make([]ragged.Sequence, len(examples))
	for i, x := range examples {
		list[i] = x.Sequence
	}
	return list
}
