package text

import (
	"fmt"

	"ltpbench/internal/ragged"
	"ltpbench/model/tokenize"
)

// Encode turns an example, a text or a pair, into token IDs, at most maxLength of them.
func Encode(t *tokenize.Tokenizer, x Example, maxLength int) (ragged.Sequence, error) {
	var pair *string
	if x.HasPair {
		pair = &x.Pair
	}
	e, err := t.Encode(x.Text, pair, maxLength)
	return ragged.Sequence{IDs: e.IDs, Segments: e.Segments}, err
}

// Tokenize encodes a task's examples, in their order.
func Tokenize(t *tokenize.Tokenizer, task *Task, all []Example, maxLength int) ([]ragged.Sequence, error) {
	list := make([]ragged.Sequence, len(all))
	for i, x := range all {
		var err error
		if list[i], err = Encode(t, x, maxLength); err != nil {
			return nil, fmt.Errorf("%s, example %d: %w", task.Name, i+1, err)
		}
	}
	return list, nil
}
