package tokenize

import (
	"strings"
	"sync"
)

// text appends a text's ids. Where there is a limit, it may stop behind as many as that.
func (t *Tokenizer) text(s *scratch, to []int32, text string, limit int) []int32 {
	whole := append(s.input[:0], strings.ToValidUTF8(text, "\uFFFD")...)
	s.input = whole
	if limit == 0 || len(whole) <= 2*chunkSize || !t.chunks {
		return t.section(s, to, whole, true)
	}
	if t.settings.left {
		return t.last(s, to, whole, limit)
	}
	for begins := true; len(whole) > 0 && len(to) <= limit; begins = false {
		n := chunk(whole)
		to = t.section(s, to, whole[:n], begins)
		whole = whole[n:]
	}
	return to
}

// section appends the ids of a text or a part of one: added tokens as they stand, the rest by pieces.
func (t *Tokenizer) section(s *scratch, to []int32, text []byte, begins bool) []int32 {
	s.arena = s.arena[:0]
	for at := 0; at < len(text); {
		first, end, found := t.before.next(text, at)
		if found == nil {
			first = len(text)
		}
		if at < first {
			to = t.normalised(s, to, text[at:first], begins && at == 0)
		}
		if found == nil {
			break
		}
		to = append(to, found.ID)
		at = end
	}
	return to
}

// normalised appends the ids of a text without the first kind of added tokens.
func (t *Tokenizer) normalised(s *scratch, to []int32, text []byte, begins bool) []int32 {
	if t.normalizer != nil {
		grown, cut := t.normalizer.normalize(s.arena, text)
		text, begins = s.keep(grown), begins && !cut
	}
	for at := 0; at < len(text); {
		first, end, found := t.within.next(text, at)
		if found == nil {
			first = len(text)
		}
		if at < first {
			to = t.split(s, to, text[at:first:first], begins && at == 0)
		}
		if found == nil {
			break
		}
		to = append(to, found.ID)
		at = end
	}
	return to
}

// split appends the ids of a normalised text, piece by piece.
func (t *Tokenizer) split(s *scratch, to []int32, text []byte, begins bool) []int32 {
	if t.preTokenizer == nil {
		return t.model.ids(s, to, text)
	}
	s.words, _ = t.preTokenizer.split(s, s.words[:0], text, begins)
	for _, piece := range s.words {
		to = t.model.ids(s, to, piece)
	}
	return to
}

var scratches sync.Pool

// scratch is memory for encoding one text.
type scratch struct {
	input   []byte
	arena   []byte // normalised text and changed pieces
	words   [][]byte
	pieces  [][]byte
	spans   []span
	symbols []symbol
	heap    heap
	char    []byte
	ways    []way
	ids     [2][]int32
	err     error // the first of a model
}

// keep makes what was appended to the arena a part of it, and returns that.
func (s *scratch) keep(grown []byte) []byte {
	piece := grown[len(s.arena):len(grown):len(grown)]
	s.arena = grown
	return piece
}

// fail notes an error.
func (s *scratch) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}
