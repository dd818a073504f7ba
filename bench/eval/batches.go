package eval

import (
	"slices"

	"ltpbench/internal/ragged"
	"ltpbench/model"
)

// Batching describes how examples become batches.
type Batching struct {
	Sequences int  // of a batch; not read if Tokens is set
	Tokens    int  // if not 0: tokens of a batch at most, but never less than one sequence
	Sorted    bool // by length first, so that a batch holds texts of like length
}

// Pack forms batches.
func Pack(examples []ragged.Sequence, how Batching) []ragged.Batch {
	if how.Sorted {
		examples = slices.Clone(examples)
		slices.SortStableFunc(examples, func(a, b ragged.Sequence) int { return len(a.IDs) - len(b.IDs) })
	}
	var batches []ragged.Batch
	var open []ragged.Sequence
	tokens := 0
	for _, x := range examples {
		n := len(x.IDs)
		if len(open) > 0 && (how.Tokens == 0 && len(open) == how.Sequences || how.Tokens > 0 && tokens+n > how.Tokens) {
			batches = append(batches, ragged.Pack(open...))
			open, tokens = nil, 0
		}
		open, tokens = append(open, x), tokens+n
	}
	if len(open) > 0 {
		batches = append(batches, ragged.Pack(open...))
	}
	return batches
}

// Size is what the largest of the batches needs.
func Size(batches []ragged.Batch) model.Size {
	var s model.Size
	for _, b := range batches {
		s.Fit(b.Seqs)
	}
	return s
}
