package tokenize

import "unicode/utf8"

// bertWords splits at white space, and each punctuation sign is a piece.
type bertWords struct{}

func (bertWords) split(_ *scratch, to [][]byte, text []byte, begins bool) ([][]byte, bool) {
	begin, first := len(to), -1 // first: where the word that is being read begins
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(text[i:])
		}
		if c := classes(r) & (white | punctuation); c != 0 {
			if first >= 0 {
				to = append(to, text[first:i:i])
			}
			if c&punctuation != 0 {
				to = append(to, text[i:i+size:i+size])
			}
			first = -1
		} else if first < 0 {
			first = i
		}
		i += size
	}
	if first >= 0 {
		to = append(to, text[first:len(text):len(text)])
	}
	return to, begins && starts(to, begin, text)
}

// whitespace splits into runs of word characters and runs of what is neither one nor white space.
type whitespace struct{}

func (whitespace) split(_ *scratch, to [][]byte, text []byte, begins bool) ([][]byte, bool) {
	begin, first, kind := len(to), 0, white
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		c := classes(r) & (white | word)
		if c != kind {
			if kind != white && first < i {
				to = append(to, text[first:i:i])
			}
			first, kind = i, c
		}
		i += size
	}
	if kind != white {
		to = append(to, text[first:len(text):len(text)])
	}
	return to, begins && starts(to, begin, text)
}
