// Package tokenize turns text into a model's token ids as Hugging Face's transformers does: by a tokenizer.json
// (normalizer, pre-tokenizer, model, post-processor, added tokens) or a vocabulary, and by the files beside them that
// change what it does.
package tokenize

import (
	"fmt"
	"slices"

	"ltpbench/internal/ragged"
)

// Tokenizer is one model's tokenizer. It is safe for concurrent use.
type Tokenizer struct {
	added        addedVocabulary
	before       *finder // added tokens that are found in the text as it is
	within       *finder // those that are found in the normalised text
	normalizer   normalizer
	preTokenizer preTokenizer
	model        model
	single, pair template
	settings     settings
	limits       limits
	size         int
	pieces       map[int32]string // by id, as the vocabulary has them
	bytes        bool             // pieces are spelled in the alphabet of bytes
	chunks       bool             // a text may be cut at blanks between words: see chunk
	file         file             // what Save writes
	folder       string           // that it was read from, for errors
}

// limits is what a model can take. Zero values are no limits.
type limits struct{ vocab, segments, length int }

// Encoding is a text or a pair as a model reads it, special tokens included.
type Encoding struct {
	IDs      []int32
	Segments []int32 // as many; all 0 where the model reads no segments
	First    int     // where the first text begins
	Second   int     // where the second text of a pair begins; 0 for one text
	Lengths  [2]int  // of the texts, without special tokens
	Cut      bool    // the text is longer: Encode left tokens out
}

// VocabSize is one more than the highest id that Encode can return.
func (t *Tokenizer) VocabSize() int { return t.size }

// MaxLength is how many tokens an encoding has at most, special ones included: the smaller of what the tokenizer's
// files say (model_max_length) and the model's limit; 0 if there is none.
func (t *Tokenizer) MaxLength() int {
	length := t.settings.maxLength
	if l := t.limits.length; l > 0 && (length == 0 || l < length) {
		length = l
	}
	return length
}

// For returns the tokenizer for a model with so many rows of the word and of the segment embedding and positions for so
// many tokens; zeros are no limits. Encode keeps to them, or reports what is beyond them. It is an error if the tokenizer
// has tokens that the model does not know. See model.Config.Limits.
func (t *Tokenizer) For(vocab, segments, length int) (*Tokenizer, error) {
	if vocab > 0 && t.size > vocab {
		return nil, fmt.Errorf("the tokenizer has %d tokens and the model's vocab_size is %d: they belong to different models; use the tokenizer that was saved with the model", t.size, vocab)
	}
	if special := t.single.special(); length > 0 && length < special {
		return nil, fmt.Errorf("the model has positions for %d tokens, and the tokenizer puts %d special tokens around every text", length, special)
	}
	bound := *t
	bound.limits = limits{vocab, segments, length}
	return &bound, nil
}

// Encode returns the ids of a text, or of a pair if pair is not nil (an empty second text is still a pair). maxLength
// counts special tokens; 0 means no limit but the tokenizer's own (see MaxLength). Truncation takes from the longer
// text first, at its end or, where truncation_side says so, at its beginning; a limit that does not even hold the
// special tokens is an error.
func (t *Tokenizer) Encode(text string, pair *string, maxLength int) (e Encoding, err error) {
	parts, texts := t.single, [2]string{text}
	if pair != nil {
		parts, texts[1] = t.pair, *pair
	}
	if own := t.MaxLength(); own > 0 && (maxLength == 0 || own < maxLength) {
		maxLength = own
	}
	special := parts.special()
	if maxLength > 0 && maxLength < special {
		return Encoding{}, fmt.Errorf("maximum length %d does not hold the %d special tokens; give at least %d", maxLength, special, special)
	}
	s, _ := scratches.Get().(*scratch)
	if s == nil {
		s = &scratch{}
	}
	defer func() {
		if p := recover(); p != nil {
			slow, ok := p.(errSlow)
			if !ok {
				panic(p)
			}
			e, err = Encoding{}, slow
			return
		}
		scratches.Put(s)
	}()
	s.err = nil
	var ids [2][]int32
	for i := range ids {
		if i == 0 || pair != nil {
			s.ids[i] = t.text(s, s.ids[i][:0], texts[i], maxLength)
			ids[i] = s.ids[i]
		}
	}
	if s.err != nil {
		if t.folder != "" {
			return Encoding{}, fmt.Errorf("%s: %w", t.folder, s.err)
		}
		return Encoding{}, s.err
	}
	if maxLength > 0 {
		e.Cut = t.truncate(&ids, maxLength-special)
	}
	t.assemble(&e, parts, &ids)
	return e, t.check(&e, pair != nil)
}

// truncate shortens texts so that they have at most room tokens together, and reports whether it did.
func (t *Tokenizer) truncate(ids *[2][]int32, room int) bool {
	a, b := len(ids[0]), len(ids[1])
	if a+b <= room {
		return false
	}
	a, b = ragged.LongestFirst(a, b, room)
	if t.settings.left {
		ids[0], ids[1] = ids[0][len(ids[0])-a:], ids[1][len(ids[1])-b:]
	} else {
		ids[0], ids[1] = ids[0][:a], ids[1][:b]
	}
	return true
}

// assemble puts the parts together.
func (t *Tokenizer) assemble(e *Encoding, parts template, ids *[2][]int32) {
	n := len(ids[0]) + len(ids[1]) + parts.special()
	e.IDs, e.Segments = make([]int32, 0, n), make([]int32, 0, n)
	for _, p := range parts {
		if p.text >= 0 {
			if p.text > 0 {
				e.Second = len(e.IDs)
			} else {
				e.First = len(e.IDs)
			}
			e.Lengths[p.text] = len(ids[p.text])
			e.IDs = append(e.IDs, ids[p.text]...)
		} else {
			e.IDs = append(e.IDs, p.ids...)
		}
		segment := p.segment
		if !t.settings.segments {
			segment = 0
		}
		for len(e.Segments) < len(e.IDs) {
			e.Segments = append(e.Segments, segment)
		}
	}
}

// check reports what the model does not know.
func (t *Tokenizer) check(e *Encoding, pair bool) error {
	if l := t.limits.segments; l > 0 && len(e.Segments) > 0 && int(slices.Max(e.Segments)) >= l {
		if pair {
			return fmt.Errorf("the tokenizer gives the second text of a pair the segment 1, and the model knows %d (type_vocab_size in config.json); use a model that was made for pairs, or join the texts", l)
		}
		return fmt.Errorf("the tokenizer gives segment %d, and the model knows %d (type_vocab_size in config.json): they belong to different models", slices.Max(e.Segments), l)
	}
	most := t.size
	if t.limits.vocab > 0 {
		most = t.limits.vocab
	}
	for _, id := range e.IDs {
		if int(id) >= most {
			return fmt.Errorf("the text has the special token %s, which has no row in the model's vocabulary of %d; remove it from the text", t.pieces[id], most)
		}
	}
	return nil
}
