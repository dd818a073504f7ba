package text

import (
	"fmt"

	"ltpbench/internal/ragged"
	"ltpbench/model/tokenize"
)

// Encode turns an example, a text or a pair, into token IDs, at most maxLength of them, and reports whether it was
// truncated to them.
func Encode(t *tokenize.Tokenizer, x Example, maxLength int) (s ragged.Sequence, truncated bool, err error) {
	var pair *string
	if x.HasPair {
		pair = &x.Pair
	}
	e, err := t.Encode(x.Text, pair, maxLength)
	return ragged.Sequence{IDs: e.IDs, Segments: e.Segments}, e.Cut, err
}

// Tokenize encodes a task's examples, in their order, and returns how many of them were truncated.
func Tokenize(t *tokenize.Tokenizer, task *Task, all []Example, maxLength int) (list []ragged.Sequence, truncated int, err error) {
	list = make([]ragged.Sequence, len(all))
	for i, x := range all {
		var cut bool
		if list[i], cut, err = Encode(t, x, maxLength); err != nil {
			return nil, 0, fmt.Errorf("%s, example %d: %w", task.Name, i+1, err)
		}
		if cut {
			truncated++
		}
	}
	return list, truncated, nil
}

// Truncated says in a sentence how many of all texts lost tokens to a limit, maxLength or the tokenizer's own if that is
// less; "" if none did.
func Truncated(t *tokenize.Tokenizer, truncated, all, maxLength int) string {
	if truncated == 0 {
		return ""
	}
	if own := t.MaxLength(); own > 0 {
		maxLength = min(maxLength, own)
	}
	return fmt.Sprintf("%d of %d texts are longer than %d tokens and truncated", truncated, all, maxLength)
}
