package tokenize

import (
	"unicode"
	"unicode/utf8"
)

// wordPiece is BERT's model: words by white space and punctuation, each cut
// greedily into the longest pieces of the vocabulary (Wu et al., arXiv 1609.08144).
type wordPiece struct {
	normal   normalizer
	vocab    map[string]int32 // pieces that begin a word
	rest     map[string]int32 // pieces that continue one, without their prefix
	unknown  int32
	maxChars int // longer words are unknown
	longest  int // bytes of the longest piece
}

func (w *wordPiece) ids(to []int32, text string) []int32 {
	text = w.normal.apply(text)
	start := -1
	for i, r := range text {
		switch {
		case unicode.IsSpace(r):
			if start >= 0 {
				to = w.word(to, text[start:i])
			}
			start = -1
		case punctuation(r):
			if start >= 0 {
				to = w.word(to, text[start:i])
			}
			to = w.word(to, text[i:i+utf8.RuneLen(r)])
			start = -1
		case start < 0:
			start = i
		}
	}
	if start >= 0 {
		to = w.word(to, text[start:])
	}
	return to
}

// word appends the pieces of one word, or the unknown token if it cannot be cut.
func (w *wordPiece) word(to []int32, word string) []int32 {
	if len(word) > w.maxChars && utf8.RuneCountInString(word) > w.maxChars {
		return append(to, w.unknown)
	}
	began, vocab := len(to), w.vocab
	for at := 0; at < len(word); vocab = w.rest {
		end := min(len(word), at+w.longest)
		for ; end > at; end-- {
			if end < len(word) && !utf8.RuneStart(word[end]) {
				continue
			}
			if id, ok := vocab[word[at:end]]; ok {
				to = append(to, id)
				break
			}
		}
		if end == at {
			return append(to[:began], w.unknown)
		}
		at = end
	}
	return to
}

// punctuation is the ASCII ranges of signs, and category P beyond.
func punctuation(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= '!' && r <= '/' || r >= ':' && r <= '@' || r >= '[' && r <= '`' || r >= '{' && r <= '~'
	}
	return unicode.Is(unicode.P, r)
}
