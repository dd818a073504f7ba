package measure

import (
	"slices"

	"ltpbench/internal/ragged"
	"ltpbench/model/train"
)

// Batching says how examples become batches.
type Batching struct {
	Sequences int  // of a batch; not read if Tokens is set
	Tokens    int  // if not 0: tokens of a batch at most, but never less than one sequence
	Sorted    bool // by length first, so that a batch holds texts of like length
}

// pack forms batches.
func pack(examples []train.Example, how Batching) []ragged.Batch {
	if how.Sorted {
		examples = slices.Clone(examples)
		slices.SortStableFunc(examples, func(a, b train.Example) int { return len(a.IDs) - len(b.IDs) })
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
		open, tokens = append(open, x.Sequence), tokens+n
	}
	if len(open) > 0 {
		batches = append(batches, ragged.Pack(open...))
	}
	return batches
}

// stretched is a batch of so many sequences of exactly so many tokens: the examples'
// texts one after another, cut, each between a first and a last token of its own.
func stretched(examples []train.Example, sequences, tokens int) ragged.Batch {
	var body []int32
	for _, x := range examples {
		body = append(body, x.IDs[min(1, len(x.IDs)):max(1, len(x.IDs)-1)]...)
		if len(body) >= sequences*tokens {
			break
		}
	}
	first, last := examples[0].IDs[0], examples[0].IDs[len(examples[0].IDs)-1]
	list := make([]ragged.Sequence, sequences)
	at := 0
	for i := range list {
		ids := []int32{first}
		for len(ids) < tokens-1 {
			if len(body) == 0 {
				ids = append(ids, last)
				continue
			}
			ids = append(ids, body[at%len(body)])
			at++
		}
		if tokens > 1 {
			ids = append(ids, last)
		}
		list[i] = ragged.Sequence{IDs: ids, Segments: make([]int32, tokens)}
	}
	return ragged.Pack(list...)
}
