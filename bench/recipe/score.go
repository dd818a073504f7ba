package recipe

import (
	"context"
	"fmt"

	"ltpbench/bench/eval"
	"ltpbench/bench/stats"
	"ltpbench/bench/text"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// Score is a short account of a model with a rule on some examples.
type Score struct {
	Accuracy float64 `json:"accuracy,omitempty"` // of classes
	Pearson  float64 `json:"pearson,omitempty"`  // of a regression's scores
	MicroF1  float64 `json:"micro_f1,omitempty"` // of several labels at once
	Paper    float64 `json:"paper_ratio"`        // FLOPs by the published formula, relative to no pruning
	Examples int     `json:"examples"`

	regression, several bool
}

// String is what was right, or how the scores agree.
func (s Score) String() string {
	switch {
	case s.regression:
		return fmt.Sprintf("pearson %.4f", s.Pearson)
	case s.several:
		return fmt.Sprintf("micro F1 %.1f %%", 100*s.MicroF1)
	}
	return fmt.Sprintf("accuracy %.1f %%", 100*s.Accuracy)
}

// score runs the examples through an encoder and scores what it answers.
func score(e *model.Encoder, rule pruners.Pruner, examples []ragged.Sequence, truth []float64) (Score, error) {
	x, err := eval.Evaluate(context.Background(), e, rule, examples, false)
	if err != nil {
		return Score{}, err
	}
	s := Score{Paper: x.Work.Relative(x.None).Paper, Examples: len(examples), regression: e.Config.IsRegression(), several: e.Config.IsMultiLabel()}
	if s.regression {
		s.Pearson = stats.Pearson(x.Predicted, truth)
		return s, nil
	}
	if s.several {
		s.MicroF1 = text.MicroF1.Of(nil, x.Predicted, truth)
		return s, nil
	}
	right := make([]bool, len(truth))
	for i, p := range x.Predicted {
		right[i] = p == truth[i]
	}
	s.Accuracy, _ = stats.Accuracy(right)
	return s, nil
}

// Value is what a search ranks by: accuracy, Pearson's correlation, or the F1 of several labels.
func (s Score) Value() float64 {
	switch {
	case s.regression:
		return s.Pearson
	case s.several:
		return s.MicroF1
	}
	return s.Accuracy
}

// Try scores a rule on labelled examples. One that takes its numbers from text is calibrated on
// them before.
func Try(e *model.Encoder, rule pruners.Pruner, examples []ragged.Sequence, truth []float64) (Score, error) {
	rule, err := calibrate(e, rule, examples)
	if err != nil {
		return Score{}, err
	}
	return score(e, rule, examples, truth)
}

// sequences are the examples without their targets.
func sequences(examples []train.Example) []ragged.Sequence {
	list := make([]ragged.Sequence, len(examples))
	for i, x := range examples {
		list[i] = x.Sequence
	}
	return list
}
