package tokenize

import (
	"encoding/json"
	"fmt"
)

// preTokenizer cuts a normalised text into pieces that the model sees one by one: a part of tokenizer.json's
// pre_tokenizer.
type preTokenizer interface {
	// split appends the pieces of a text, which is not empty; nor is any of them. They are parts of the text or of
	// s.arena. begins means that the text begins where the input does; the result says it of the first piece.
	split(s *scratch, to [][]byte, text []byte, begins bool) ([][]byte, bool)
}

// preTokenizers by the type that tokenizer.json names.
var preTokenizers = map[string]func(json.RawMessage) (preTokenizer, error){
	"BertPreTokenizer":   func(json.RawMessage) (preTokenizer, error) { return bertWords{}, nil },
	"Whitespace":         func(json.RawMessage) (preTokenizer, error) { return whitespace{}, nil },
	"WhitespaceSplit":    func(json.RawMessage) (preTokenizer, error) { return classSplit{white, removed}, nil },
	"Punctuation":        parsePunctuation,
	"Digits":             parseDigits,
	"CharDelimiterSplit": parseDelimiter,
	"Split":              parseSplit,
	"FixedLength":        parseFixedLength,
	"ByteLevel":          parseByteLevel,
	"Metaspace":          parseMetaspace,
}

func init() { preTokenizers["Sequence"] = parsePreTokenizerSequence } // it refers to the map

// parsePreTokenizer reads tokenizer.json's pre_tokenizer; null is nil.
func parsePreTokenizer(text json.RawMessage) (preTokenizer, error) {
	if isNull(text) {
		return nil, nil
	}
	kind, err := typeOf(text)
	if err != nil {
		return nil, err
	}
	parse, ok := preTokenizers[kind]
	if !ok {
		return nil, unsupported(kind, preTokenizers)
	}
	p, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	return p, nil
}

// preTokenizerSequence cuts the pieces of each with the next.
type preTokenizerSequence []preTokenizer

func parsePreTokenizerSequence(text json.RawMessage) (preTokenizer, error) {
	var f struct{ Pretokenizers []json.RawMessage }
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	var all preTokenizerSequence
	for i, one := range f.Pretokenizers {
		p, err := parsePreTokenizer(one)
		if err != nil {
			return nil, fmt.Errorf("pretokenizers[%d]: %w", i, err)
		}
		if inner, ok := p.(preTokenizerSequence); ok {
			all = append(all, inner...)
		} else if p != nil {
			all = append(all, p)
		}
	}
	return all, nil
}

func (q preTokenizerSequence) split(s *scratch, to [][]byte, text []byte, begins bool) ([][]byte, bool) {
	if len(q) == 0 {
		return append(to, text), begins
	}
	begin := len(to)
	to, begins = q[0].split(s, to, text, begins)
	for _, p := range q[1:] {
		s.pieces = append(s.pieces[:0], to[begin:]...)
		to = to[:begin]
		for i, piece := range s.pieces {
			first := i == 0 && begins
			if to, first = p.split(s, to, piece, first); i == 0 {
				begins = first
			}
		}
	}
	return to, begins
}
