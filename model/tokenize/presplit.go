package tokenize

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// behaviour is what becomes of the matches that a text is split at.
type behaviour int

const (
	removed            behaviour = iota
	isolated                     // each is a piece
	mergedWithPrevious           // each ends the piece before it
	mergedWithNext               // each begins the piece after it
	contiguous                   // neighbouring matches are one piece
)

var behaviours = map[string]behaviour{
	"Removed": removed, "Isolated": isolated, "MergedWithPrevious": mergedWithPrevious, "MergedWithNext": mergedWithNext, "Contiguous": contiguous,
}

func (b *behaviour) UnmarshalText(text []byte) error {
	known, ok := behaviours[string(text)]
	if !ok {
		return fmt.Errorf("behavior %q is not known", text)
	}
	*b = known
	return nil
}

// span is a part of a text: a match, or what is between two.
type span struct {
	first, end int
	match      bool
}

// cut appends a text's pieces, given its spans, which cover it.
func cut(to [][]byte, text []byte, spans []span, b behaviour) [][]byte {
	begin := len(to)
	piece := func(first, end int) { to = append(to, text[first:end:end]) }
	switch b {
	case removed:
		for _, x := range spans {
			if !x.match {
				piece(x.first, x.end)
			}
		}
	case isolated:
		for _, x := range spans {
			piece(x.first, x.end)
		}
	case contiguous:
		for i := 0; i < len(spans); {
			j := i + 1
			for j < len(spans) && spans[j].match == spans[i].match {
				j++
			}
			piece(spans[i].first, spans[j-1].end)
			i = j
		}
	case mergedWithPrevious: // a match that follows a match does not merge
		for i := 0; i < len(spans); i++ {
			x := spans[i]
			if i+1 < len(spans) && !x.match && spans[i+1].match {
				i++
			}
			piece(x.first, spans[i].end)
		}
	case mergedWithNext:
		for i := 0; i < len(spans); i++ {
			x := spans[i]
			if i+1 < len(spans) && x.match && !spans[i+1].match {
				i++
			}
			piece(x.first, spans[i].end)
		}
	}
	whole := to[:begin]
	for _, p := range to[begin:] {
		if len(p) > 0 {
			whole = append(whole, p)
		}
	}
	return whole
}

// starts reports whether the first piece from begin on is the text's beginning.
func starts(to [][]byte, begin int, text []byte) bool {
	return begin < len(to) && &to[begin][0] == &text[0]
}

// classSplit splits at every character of a class.
type classSplit struct {
	class charset
	b     behaviour
}

func (c classSplit) split(s *scratch, to [][]byte, text []byte, begins bool) ([][]byte, bool) {
	s.spans = s.spans[:0]
	begin, last := len(to), 0
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(text[i:])
		}
		if classes(r)&c.class != 0 {
			if last < i {
				s.spans = append(s.spans, span{last, i, false})
			}
			s.spans = append(s.spans, span{i, i + size, true})
			last = i + size
		}
		i += size
	}
	if last < len(text) {
		s.spans = append(s.spans, span{last, len(text), false})
	}
	to = cut(to, text, s.spans, c.b)
	return to, begins && starts(to, begin, text)
}

func parsePunctuation(text json.RawMessage) (preTokenizer, error) {
	f := struct{ Behavior behaviour }{isolated}
	err := json.Unmarshal(text, &f)
	return classSplit{punctuation, f.Behavior}, err
}

func parseDigits(text json.RawMessage) (preTokenizer, error) {
	var f struct {
		Individual bool `json:"individual_digits"`
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	if f.Individual {
		return classSplit{numeric, isolated}, nil
	}
	return classSplit{numeric, contiguous}, nil
}

// patternSplit splits at the matches of a pattern or, inverted, between them.
type patternSplit struct {
	pattern pattern
	b       behaviour
	invert  bool
}

func parseSplit(text json.RawMessage) (preTokenizer, error) {
	var f struct {
		Pattern  patternFile
		Behavior *behaviour
		Invert   bool
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	if f.Behavior == nil {
		return nil, errors.New("behavior is missing")
	}
	p, err := f.Pattern.compile()
	return patternSplit{p, *f.Behavior, f.Invert}, err
}

func parseDelimiter(text json.RawMessage) (preTokenizer, error) {
	var f struct{ Delimiter string }
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(f.Delimiter) != 1 {
		return nil, fmt.Errorf("delimiter %q is not one character", f.Delimiter)
	}
	return patternSplit{literal(f.Delimiter), removed, false}, nil
}

func (p patternSplit) split(s *scratch, to [][]byte, text []byte, begins bool) ([][]byte, bool) {
	s.spans = s.spans[:0]
	begin, last := len(to), 0
	for at := 0; ; {
		first, end, ok := p.pattern.next(text, at)
		if !ok {
			break
		}
		if last < first {
			s.spans = append(s.spans, span{last, first, p.invert})
		}
		s.spans = append(s.spans, span{first, end, !p.invert})
		last = end
		if at = end; end == first { // an empty match
			if size := charSize(text, at); size > 0 {
				at += size
			} else {
				break
			}
		}
	}
	if last < len(text) {
		s.spans = append(s.spans, span{last, len(text), p.invert})
	}
	to = cut(to, text, s.spans, p.b)
	return to, begins && starts(to, begin, text)
}

// fixedLength cuts pieces of so many characters.
type fixedLength int

func parseFixedLength(text json.RawMessage) (preTokenizer, error) {
	f := struct{ Length int }{5}
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	if f.Length < 1 {
		return nil, fmt.Errorf("length is %d", f.Length)
	}
	return fixedLength(f.Length), nil
}

func (n fixedLength) split(_ *scratch, to [][]byte, text []byte, begins bool) ([][]byte, bool) {
	for len(text) > 0 {
		end := 0
		for range n {
			end += charSize(text, end)
		}
		to = append(to, text[:end:end])
		text = text[end:]
	}
	return to, begins
}
