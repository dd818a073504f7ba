package tokenize

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// charset is a set of classes of characters.
type charset uint16

// The classes, as Hugging Face's tokenizers has them: its parts were built with Unicode tables of several
// versions, all other than Go's.
const (
	white       charset = 1 << iota // White_Space
	control                         // what BERT's normalizer drops; unassigned code points are none
	mark                            // category Mn for BERT's normalizer
	combining                       // category M for StripAccents
	punctuation                     // ASCII's signs and category P
	numeric                         // category N for Digits
	word                            // \w for Whitespace and for added tokens that are single words
	letter                          // \p{L} in patterns
	number                          // \p{N} in patterns
	onigWord                        // \w in patterns
	digit                           // \d in patterns
	starter                         // characters younger than the normalization forms' tables: nothing combines with them
	compatible                      // likewise, and no compatibility form
)

// unicodeText lists the classes' ranges, and the characters whose lower case differs from Go's; made by
// testdata/unicode.py.
//
//go:embed unicode.txt
var unicodeText string

// classPages holds the classes of all characters, 256 a page; most pages are one.
var (
	classPages [utf8.MaxRune>>8 + 1]*[256]charset
	ascii      [128]charset
	lowerCases = map[rune]string{}
)

// loadClasses fills the tables, once. Whoever makes a tokenizer calls it.
var loadClasses = sync.OnceFunc(func() {
	names := map[string]charset{
		"white": white, "control": control, "mark": mark, "combining": combining, "punctuation": punctuation, "numeric": numeric, "word": word,
		"letter": letter, "number": number, "onigword": onigWord, "digit": digit, "starter": starter, "compatible": compatible,
	}
	number := func(text string) rune {
		n, err := strconv.ParseUint(text, 16, 32)
		if err != nil {
			panic("tokenize: unicode.txt: " + err.Error())
		}
		return rune(n)
	}
	none := &[256]charset{}
	whole := map[charset]*[256]charset{}
	for line := range strings.Lines(unicodeText) {
		name, list, _ := strings.Cut(line, ": ")
		for _, one := range strings.Fields(list) {
			if name == "lower" {
				from, to, _ := strings.Cut(one, ":")
				var lower []rune
				for part := range strings.SplitSeq(to, "+") {
					lower = append(lower, number(part))
				}
				lowerCases[number(from)] = string(lower)
				continue
			}
			first, last, isRange := strings.Cut(one, "-")
			if !isRange {
				last = first
			}
			addRange(number(first), number(last), names[name])
		}
	}
	for i, page := range classPages { // pages of one class share memory: there are many
		if page == nil {
			page = none
		}
		if same := page[0]; *page == filled(same) {
			if whole[same] == nil {
				whole[same] = page
			}
			page = whole[same]
		}
		classPages[i] = page
	}
	copy(ascii[:], classPages[0][:])
})

func addRange(first, last rune, c charset) {
	for r := first; r <= last; r++ {
		page := &classPages[r>>8]
		if *page == nil {
			*page = &[256]charset{}
		}
		(*page)[r&255] |= c
	}
}

func filled(c charset) (page [256]charset) {
	for i := range page {
		page[i] = c
	}
	return page
}

// classes returns all classes of a character.
func classes(r rune) charset {
	if r < utf8.RuneSelf {
		return ascii[r]
	}
	return classPages[r>>8][r&255]
}

func isWhite(r rune) bool { return classes(r)&white != 0 }

// appendLower appends the lower case of a character, which may be two characters.
func appendLower(to []byte, r rune) []byte {
	if lower, ok := lowerCases[r]; ok {
		return append(to, lower...)
	}
	return utf8.AppendRune(to, unicode.ToLower(r))
}

// isASCII reports whether a text has no other characters.
func isASCII(text []byte) bool {
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
