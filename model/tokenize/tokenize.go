// Package tokenize turns text into a model's token ids, exactly as Hugging
// Face's tokenizers do for BERT's WordPiece and RoBERTa's byte-level BPE.
package tokenize

import "fmt"

// Tokenizer is one model's tokenizer. It is safe for concurrent use.
type Tokenizer struct {
	added    []added
	words    splitter
	cls, sep int32
	double   bool // RoBERTa: two separators between a pair, segments all 0
	size     int
	pieces   map[int32]string // by id, as the vocabulary has them
	file     []byte           // tokenizer.json, as it was read or made
}

// splitter turns text without special tokens into ids.
type splitter interface {
	ids(to []int32, text string) []int32
}

// Encoding is a text or a pair as a model reads it, special tokens included.
type Encoding struct {
	IDs      []int32
	Segments []int32 // 1 for the second text and its separator, where the model has segments
}

// VocabSize is one more than the highest id that Encode can return.
func (t *Tokenizer) VocabSize() int { return t.size }

// Encode returns the ids of a text, or of a pair if pair is not nil (an empty
// second text is still a pair). maxLength counts special tokens; 0 means no
// limit. Truncation takes from the longer text first, at its end; a limit that
// does not even hold the special tokens is an error.
func (t *Tokenizer) Encode(text string, pair *string, maxLength int) (Encoding, error) {
	a := t.split(nil, text)
	var b []int32
	special := 2
	if pair != nil {
		b = t.split(nil, *pair)
		special = 3
		if t.double {
			special = 4
		}
	}
	if maxLength > 0 {
		if maxLength < special {
			return Encoding{}, fmt.Errorf("maximum length %d does not hold the %d special tokens; give at least %d", maxLength, special, special)
		}
		na, nb := longestFirst(len(a), len(b), maxLength-special)
		a, b = a[:na], b[:nb]
	}
	e := Encoding{IDs: make([]int32, 0, len(a)+len(b)+special)}
	e.IDs = append(append(append(e.IDs, t.cls), a...), t.sep)
	first := len(e.IDs)
	if pair != nil {
		if t.double {
			e.IDs = append(e.IDs, t.sep)
		}
		e.IDs = append(append(e.IDs, b...), t.sep)
	}
	e.Segments = make([]int32, len(e.IDs))
	for i := first; i < len(e.IDs) && !t.double; i++ {
		e.Segments[i] = 1
	}
	return e, nil
}

// longestFirst returns how many tokens of texts of a and b tokens remain when
// room is left for r.
func longestFirst(a, b, r int) (int, int) {
	if a+b <= r {
		return a, b
	}
	short, long := min(a, b), max(a, b)
	if short <= r {
		long = max(short, r-short)
	}
	if short+long > r {
		short = r / 2
		long = r - short
	}
	if a > b {
		return long, short
	}
	return short, long
}

// split turns a text into ids: special tokens as they stand, the rest by words.
func (t *Tokenizer) split(to []int32, text string) []int32 {
	text = validUTF8(text)
	for text != "" {
		at, end, found := t.next(text)
		if found == nil {
			break
		}
		before := text[:at]
		to = t.words.ids(to, before)
		to = append(to, found.id)
		text = text[end:]
	}
	if text != "" {
		to = t.words.ids(to, text)
	}
	return to
}
