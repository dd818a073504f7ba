package tokenize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// added is a token that is recognised in the text as it stands.
type added struct {
	text           string
	id             int32
	lstrip, rstrip bool // it takes the white space before, after it
	single         bool // only where no word character stands beside it
}

// next finds the first special token in the text, of several at one place the
// longest. Its bytes are text[at:end], stripped white space included.
func (t *Tokenizer) next(text string) (at, end int, found *added) {
	at = len(text)
	for i := range t.added {
		a := &t.added[i]
		for from := 0; from < len(text); {
			p := strings.Index(text[from:], a.text)
			if p < 0 || from+p > at {
				break
			}
			p += from
			if a.single && !alone(text, p, p+len(a.text)) {
				from = p + 1
				continue
			}
			if p < at || found == nil || len(a.text) > len(found.text) {
				at, found = p, a
			}
			break
		}
	}
	if found == nil {
		return 0, 0, nil
	}
	end = at + len(found.text)
	if found.lstrip {
		at = len(strings.TrimRightFunc(text[:at], unicode.IsSpace))
	}
	if found.rstrip {
		end = len(text) - len(strings.TrimLeftFunc(text[end:], unicode.IsSpace))
	}
	return at, end, found
}

// alone reports whether no word character touches text[i:j].
func alone(text string, i, j int) bool {
	word := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, _ := utf8.DecodeRuneInString(text[j:])
	return !(i > 0 && word(before)) && !(j < len(text) && word(after))
}

// validUTF8 replaces broken bytes by U+FFFD.
func validUTF8(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
