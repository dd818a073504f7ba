package clock

import (
	"ltpbench/internal/ragged"
)

// stretched is a batch of sequences of exactly the same length: the examples'
// texts one after another, cut, each between a first and a last token of its own.
func stretched(examples []ragged.Sequence, sequences, tokens int) ragged.Batch {
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
