package train

import (
	"ltpbench/internal/ragged"
	"ltpbench/model"
)

// Options are a stage's settings. The optimiser is AdamW with beta1 0.9, beta2
// 0.999 and eps 1e-8.
type Options struct {
	Steps        int      // of the whole stage
	Schedule     Schedule // of the learning rates; nil: Linear with a warm-up of 6 %
	LearningRate float32  // of weights, at its highest
	LearnerRate  float32  // of a learner's parameters
	// LearnerSchedule is the course of LearnerRate; nil: Schedule.
	LearnerSchedule Schedule
	WeightDecay     float32 // of matrices alone
	MaxGradNorm     float32 // largest norm of the weights' gradient; 0: no clipping
	Dropout         bool    // at the rates of the model's configuration
	Seed            uint64  // of dropout
	Freeze          Freeze  // what does not learn
	Budget          float64 // in relative `paper` FLOPs, for objectives that read it; 0: none

	// ClipTogether clips weights and learners' parameters in one common norm, as the
	// published program of LTP does, where thetas' gradients outweigh all others.
	// Without it weights alone are clipped, by their own norm.
	ClipTogether bool
	// EpsFirst adds eps to the root of the second moment before the bias correction,
	// as the AdamW of the published program does (transformers' own).
	EpsFirst bool

	// Curriculum makes the stage easy at first; nil: it is as it is.
	Curriculum Curriculum

	// Passes are run in each step; none: one plain pass, in which nothing is pruned.
	Passes []Pass
	// Teacher is a fixed model on the same device for objectives that read its rows.
	Teacher *model.Encoder
}

// Batch is one mini-batch with its targets: for classification a row of
// probabilities per sequence (a one-hot label), for regression one number.
type Batch struct {
	ragged.Batch
	Targets []float32
	Teacher []float32 // a teacher's answers in the same form; nil without one
	// TeacherIDs are the ids of the same rows in the teacher's vocabulary, nil if
	// that is the same.
	TeacherIDs []int32
}

// Result is what one step saw, before its update.
type Result struct {
	Loss, GradNorm float64
	Terms          []TermResult // of all passes; overwritten by the next step
	Factor         float32      // of the learning rates
	// Ratio is the relative `paper` FLOPs of the first pass that is steered or learns;
	// in a soft stage those that a hard rule at the mask's middle would need. 0 without.
	Ratio float64
}

// TermResult is a term's part of the loss: Weight times Value.
type TermResult struct {
	Name   string
	Weight float32
	Value  float64
}

// Term returns the first term of that name, zero if there is none.
func (r *Result) Term(name string) TermResult {
	for _, t := range r.Terms {
		if t.Name == name {
			return t
		}
	}
	return TermResult{}
}
