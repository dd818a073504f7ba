package tokenize

import (
	"encoding/json"
	"unicode/utf8"
)

// byteLevel splits by GPT-2's pattern and spells the pieces in the alphabet of bytes.
type byteLevel struct {
	prefix bool // a blank is put before a text that has none
	regex  bool
	raw    bool // the model takes bytes as they are
}

func parseByteLevel(text json.RawMessage) (preTokenizer, error) {
	f := struct {
		Prefix bool `json:"add_prefix_space"`
		Regex  bool `json:"use_regex"`
	}{Regex: true}
	err := json.Unmarshal(text, &f)
	return &byteLevel{prefix: f.Prefix, regex: f.Regex}, err
}

func (b *byteLevel) split(s *scratch, to [][]byte, text []byte, begins bool) ([][]byte, bool) {
	if b.prefix && text[0] != ' ' {
		text = s.keep(append(append(s.arena, ' '), text...))
	}
	for len(text) > 0 {
		n := len(text)
		if b.regex {
			n = nextWord(text)
		}
		piece := text[:n:n]
		if !b.raw {
			piece = s.keep(appendByteChars(s.arena, piece))
		}
		to = append(to, piece)
		text = text[n:]
	}
	return to, begins
}

// nextWord returns the length of the first match of GPT-2's pattern
//
//	's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
func nextWord(text []byte) int {
	if text[0] == '\'' && len(text) > 1 {
		switch text[1] {
		case 's', 't', 'm', 'd':
			return 2
		case 'r', 'v', 'l':
			if len(text) > 2 {
				if two := string(text[1:3]); two == "re" || two == "ve" || two == "ll" {
					return 3
				}
			}
		}
	}
	const kinds = letter | number | white
	at := 0
	if text[0] == ' ' {
		at = 1
	}
	if at < len(text) {
		r, size := decode(text, at)
		if kind := classes(r) & kinds; kind != white {
			for i := at + size; i < len(text); i += size {
				if r, size = decode(text, i); classes(r)&kinds != kind {
					return i
				}
			}
			return len(text)
		}
	}
	last := 0 // where the last character of the white space begins
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		if r, size = decode(text, i); !isWhite(r) {
			if last > 0 {
				return last
			}
			return i
		}
		last = i
	}
	return len(text)
}

// decode is utf8.DecodeRune of text[at:].
func decode(text []byte, at int) (rune, int) {
	if c := text[at]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeRune(text[at:])
}

// byteChars is the printable character that stands for each byte in byte-level vocabularies.
var byteChars = func() (chars [256]string) {
	next := rune(256)
	for b := range 256 {
		if b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae {
			chars[b] = string(rune(b))
			continue
		}
		chars[b] = string(next)
		next++
	}
	return chars
}()

func appendByteChars(to, text []byte) []byte {
	for _, c := range text {
		to = append(to, byteChars[c]...)
	}
	return to
}
