package tokenize

import "strings"

// Token returns the piece of the vocabulary that an id stands for, as the vocabulary marks it: WordPiece's begin
// with ## where they continue a word, RoBERTa's with Ġ where they begin one. Letters beyond ASCII that a byte-level
// vocabulary spells as bytes are letters again; a byte that is no whole letter is U+FFFD. An id that the
// vocabulary lacks is empty.
func (t *Tokenizer) Token(id int32) string {
	piece := t.pieces[id]
	if !t.bytes {
		return piece
	}
	var b []byte
	for _, r := range piece {
		if c, ok := charBytes[r]; ok && c >= 0x80 {
			b = append(b, c)
		} else {
			b = append(b, string(r)...)
		}
	}
	return strings.ToValidUTF8(string(b), "\ufffd")
}

// charBytes is the inverse of byteChars.
var charBytes = func() map[rune]byte {
	m := map[rune]byte{}
	for b, char := range byteChars {
		m[[]rune(char)[0]] = byte(b)
	}
	return m
}()
