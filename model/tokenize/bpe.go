package tokenize

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// bpe merges the characters of a piece pair by pair in the order of the merges' ranks (Sennrich et al., arXiv
// 1508.07909).
type bpe struct {
	vocab          vocab
	merges         map[uint64]merge // by the ids of the two
	prefix, suffix string           // of characters that do not begin, that end a piece
	unknown        *unknown
	fuse           bool // neighbouring unknown characters are one token
	bytes          *[256]int32
	whole          bool        // a piece that is a token is not taken apart
	raw            *[256]int32 // id of each byte's character, where the pre-tokenizer leaves spelling to the model
}

type merge struct{ rank, id int32 }

// pairOf is the key of two tokens.
func pairOf(left, right int32) uint64 { return uint64(uint32(left))<<32 | uint64(uint32(right)) }

func parseBPE(text json.RawMessage) (model, error) {
	var f struct {
		Vocab   vocab
		Merges  mergeList
		Dropout *float64
		Unknown *string `json:"unk_token"`
		Prefix  *string `json:"continuing_subword_prefix"`
		Suffix  *string `json:"end_of_word_suffix"`
		Fuse    *bool   `json:"fuse_unk"`
		Bytes   *bool   `json:"byte_fallback"`
		Whole   *bool   `json:"ignore_merges"`
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	if f.Vocab == nil || f.Merges == nil {
		return nil, errors.New("vocab or merges are missing")
	}
	if f.Dropout != nil && *f.Dropout > 0 {
		return nil, fmt.Errorf("dropout is %g: tokens would be chosen at random; set it to null", *f.Dropout)
	}
	m := &bpe{vocab: f.Vocab, merges: make(map[uint64]merge, len(f.Merges)), fuse: f.Fuse != nil && *f.Fuse, whole: f.Whole != nil && *f.Whole}
	if f.Unknown != nil {
		m.unknown = &unknown{*f.Unknown, f.Vocab.find(*f.Unknown)}
	}
	if f.Prefix != nil {
		m.prefix = *f.Prefix
	}
	if f.Suffix != nil {
		m.suffix = *f.Suffix
	}
	if f.Bytes != nil && *f.Bytes {
		m.bytes = byteTokens(f.Vocab)
	}
	for rank, two := range f.Merges {
		if len(two[1]) < len(m.prefix) {
			return nil, fmt.Errorf("merges: line %d: %q lacks continuing_subword_prefix", rank+1, two[1])
		}
		left, right, both := f.Vocab.find(two[0]), f.Vocab.find(two[1]), f.Vocab.find(two[0]+two[1][len(m.prefix):])
		if left == none || right == none || both == none {
			return nil, fmt.Errorf("merges: line %d, %q and %q: not in the vocabulary", rank+1, two[0], two[1])
		}
		m.merges[pairOf(left, right)] = merge{int32(rank), both}
	}
	return newCached(m), nil
}

// byteTokens is the ids of the tokens <0x00> to <0xFF>, none where there is no such token.
func byteTokens(v vocab) *[256]int32 {
	var ids [256]int32
	for b := range ids {
		ids[b] = v.find(fmt.Sprintf("<0x%02X>", b))
	}
	return &ids
}

// takeBytes makes the model spell bytes itself, if it can: then the pre-tokenizer need not.
func (m *bpe) takeBytes() bool {
	if m.prefix != "" || m.suffix != "" || m.unknown != nil || m.bytes != nil || m.whole {
		return false
	}
	m.raw = new([256]int32)
	for b, char := range byteChars {
		m.raw[b] = m.vocab.find(char)
	}
	return true
}

// mergeList is merges written as "a b" or as ["a", "b"].
type mergeList [][2]string

func (l *mergeList) UnmarshalJSON(text []byte) error {
	const blank = " \t\r\n"
	first := bytes.TrimLeft(bytes.TrimPrefix(bytes.TrimLeft(text, blank), []byte("[")), blank)
	if len(first) > 0 && first[0] == '"' {
		var lines []string
		if err := json.Unmarshal(text, &lines); err != nil {
			return fmt.Errorf("merges: %w", err)
		}
		pairs, err := splitMerges(lines)
		*l = pairs
		return err
	}
	var lists [][]string
	if err := json.Unmarshal(text, &lists); err != nil {
		return fmt.Errorf("merges: %w", err)
	}
	pairs := make([][2]string, len(lists))
	for i, list := range lists {
		if len(list) != 2 {
			return fmt.Errorf("merges: line %d is not two tokens", i+1)
		}
		pairs[i] = [2]string(list)
	}
	*l = pairs
	return nil
}

// splitMerges reads the lines of a merges.txt; comments give the version.
func splitMerges(lines []string) ([][2]string, error) {
	pairs := make([][2]string, 0, len(lines))
	for i, line := range lines {
		if strings.HasPrefix(line, "#version") {
			continue
		}
		a, b, ok := strings.Cut(line, " ")
		if !ok || strings.Contains(b, " ") {
			return nil, fmt.Errorf("merges: line %d is not two tokens: %.60q", i+1, line)
		}
		pairs = append(pairs, [2]string{a, b})
	}
	return pairs, nil
}

func (m *bpe) vocabulary() map[string]int32 { return m.vocab }

func (m *bpe) ids(s *scratch, to []int32, piece []byte) []int32 {
	if m.whole {
		if id, ok := m.vocab[string(piece)]; ok {
			return append(to, id)
		}
	}
	s.symbols = s.symbols[:0]
	if m.raw != nil {
		for _, c := range piece {
			if id := m.raw[c]; id != none {
				s.symbols = append(s.symbols, symbol{id: id})
			}
		}
	} else {
		m.characters(s, piece)
	}
	return s.merge(m.merges, to)
}

// characters makes a symbol of each character.
func (m *bpe) characters(s *scratch, piece []byte) {
	add := func(id int32) { s.symbols = append(s.symbols, symbol{id: id}) }
	pending := false // an unknown token is not added yet: the next may fuse with it
	for i := 0; i < len(piece); {
		_, size := utf8.DecodeRune(piece[i:])
		char := piece[i : i+size]
		if i > 0 && m.prefix != "" || i+size == len(piece) && m.suffix != "" {
			s.char = s.char[:0]
			if i > 0 {
				s.char = append(s.char, m.prefix...)
			}
			if s.char = append(s.char, char...); i+size == len(piece) {
				s.char = append(s.char, m.suffix...)
			}
			char = s.char
		}
		i += size
		if id, ok := m.vocab[string(char)]; ok {
			if pending {
				add(m.unknown.id)
			}
			pending = false
			add(id)
			continue
		}
		if m.bytes != nil {
			if begin := len(s.symbols); m.fallback(s, char) {
				continue
			} else {
				s.symbols = s.symbols[:begin]
			}
		}
		if m.unknown == nil {
			continue // it is lost, as in tokenizers
		}
		if m.unknown.id == none {
			m.unknown.append(s, nil, char)
			return
		}
		if pending && !m.fuse {
			add(m.unknown.id)
		}
		pending = true
	}
	if pending {
		add(m.unknown.id)
	}
}

// fallback adds the tokens of a character's bytes, if the vocabulary has all of them.
func (m *bpe) fallback(s *scratch, char []byte) bool {
	for _, c := range char {
		if m.bytes[c] == none {
			return false
		}
		s.symbols = append(s.symbols, symbol{id: m.bytes[c]})
	}
	return true
}
