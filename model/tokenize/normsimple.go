package tokenize

import (
	"encoding/json"
	"unicode/utf8"
)

// lowercase makes every character lower case.
type lowercase struct{}

func (lowercase) normalize(dst, text []byte) ([]byte, bool) {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		dst = appendLower(dst, r)
		i += size
	}
	return dst, false
}

// stripAccents drops combining characters; it finds accents only where NFD or NFKD came before it.
type stripAccents struct{}

func (stripAccents) normalize(dst, text []byte) ([]byte, bool) {
	start := len(dst)
	dst = append(dst, text...)
	return dropClass(dst, start, start, combining, false)
}

// strip drops white space at the ends.
type strip struct{ left, right bool }

func parseStrip(text json.RawMessage) (normalizer, error) {
	var f struct {
		Left  bool `json:"strip_left"`
		Right bool `json:"strip_right"`
	}
	err := json.Unmarshal(text, &f)
	return strip{f.Left, f.Right}, err
}

func (s strip) normalize(dst, text []byte) ([]byte, bool) {
	before := len(text)
	if s.left {
		text = trimLeft(text)
	}
	cut := len(text) < before
	if s.right {
		text = trimRight(text)
	}
	return append(dst, text...), cut
}

func trimLeft(text []byte) []byte {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if !isWhite(r) {
			break
		}
		text = text[size:]
	}
	return text
}

func trimRight(text []byte) []byte {
	for len(text) > 0 {
		r, size := utf8.DecodeLastRune(text)
		if !isWhite(r) {
			break
		}
		text = text[:len(text)-size]
	}
	return text
}

// prepend puts a string before a text that is not empty.
type prepend string

func parsePrepend(text json.RawMessage) (normalizer, error) {
	var f struct{ Prepend string }
	err := json.Unmarshal(text, &f)
	return prepend(f.Prepend), err
}

func (p prepend) normalize(dst, text []byte) ([]byte, bool) {
	if len(text) > 0 {
		dst = append(dst, p...)
	}
	return append(dst, text...), false
}

// nmt is what SentencePiece's rule of that name does with control characters and white space.
type nmt struct{}

func (nmt) normalize(dst, text []byte) ([]byte, bool) {
	start, cut := len(dst), false
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		i += size
		switch {
		case r >= 1 && r <= 8 || r == 0xb || r >= 0xe && r <= 0x1f || r == 0x7f || r == 0x8f || r == 0x9f:
			cut = cut || len(dst) == start
			continue
		case r == '\t' || r == '\n' || r == '\f' || r == '\r' || r == 0x1680 || r >= 0x200b && r <= 0x200f || r == 0x2028 || r == 0x2029 ||
			r == 0x2581 || r == 0xfeff || r == 0xfffd:
			r = ' '
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst, cut
}

// byteAlphabet spells each byte by the character that stands for it in byte-level vocabularies.
type byteAlphabet struct{}

func (byteAlphabet) normalize(dst, text []byte) ([]byte, bool) {
	return appendByteChars(dst, text), false
}
