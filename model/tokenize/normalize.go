package tokenize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// normalizer is BERT's: each step is on or off.
type normalizer struct {
	clean        bool // drop control characters, make white space blanks
	spaceChinese bool // Chinese characters are words of their own
	stripAccents bool
	lower        bool
}

func (n normalizer) apply(text string) string {
	if ascii(text) {
		return n.applyASCII(text)
	}
	var b strings.Builder
	b.Grow(len(text) + 8)
	for _, r := range text {
		if n.clean {
			if r == 0 || r == utf8.RuneError || control(r) {
				continue
			}
			if unicode.IsSpace(r) {
				r = ' '
			}
		}
		if n.spaceChinese && chinese(r) {
			b.WriteByte(' ')
			b.WriteRune(r)
			r = ' '
		}
		b.WriteRune(r)
	}
	text = b.String()
	if n.stripAccents {
		b.Reset()
		for _, r := range norm.NFD.String(text) {
			if !unicode.Is(unicode.Mn, r) {
				b.WriteRune(r)
			}
		}
		text = b.String()
	}
	if n.lower {
		b.Reset()
		for _, r := range text {
			if r == 'İ' { // the one character whose lower case is two
				b.WriteString("i\u0307")
				continue
			}
			b.WriteRune(unicode.ToLower(r))
		}
		text = b.String()
	}
	return text
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// applyASCII is apply for text in which only cleaning and lower case matter.
func (n normalizer) applyASCII(text string) string {
	change := false
	for i := range len(text) {
		c := text[i]
		change = change || c < ' ' || c == 0x7f || c >= 'A' && c <= 'Z'
	}
	if !change {
		return text
	}
	b := make([]byte, 0, len(text))
	for i := range len(text) {
		c := text[i]
		if n.clean {
			switch {
			case c == '\t' || c == '\n' || c == '\r':
				c = ' '
			case c < ' ' || c == 0x7f:
				continue
			}
		}
		if n.lower && c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return string(b)
}

// control is category C, unassigned characters included, but for the three that
// count as white space.
func control(r rune) bool {
	if r == '\t' || r == '\n' || r == '\r' {
		return false
	}
	return unicode.Is(unicode.C, r)
}

// chinese covers the CJK ranges that BERT's own tokenizer lists.
func chinese(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF || r >= 0x20000 && r <= 0x2A6DF ||
		r >= 0x2A700 && r <= 0x2B73F || r >= 0x2B740 && r <= 0x2B81F || r >= 0x2B920 && r <= 0x2CEAF ||
		r >= 0xF900 && r <= 0xFAFF || r >= 0x2F800 && r <= 0x2FA1F
}
