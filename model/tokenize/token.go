package tokenize

import "strings"

// Token returns the piece of the vocabulary that an id stands for, as the vocabulary marks it: WordPiece's begin
// with ## where they go on with a word, RoBERTa's with Ġ where they begin one. RoBERTa's letters beyond ASCII,
// which its vocabulary spells as bytes, are letters again; a byte that is no whole letter is U+FFFD. An id that
// the vocabulary lacks is empty.
func (t *Tokenizer) Token(id int32) string {
	piece := t.pieces[id]
	if !t.double {
		return piece
	}
	var b []byte
	for _, r := range piece {
		if c, ok := runeBytes[r]; ok && c >= 0x80 {
			b = append(b, c)
		} else {
			b = append(b, string(r)...)
		}
	}
	return strings.ToValidUTF8(string(b), "\ufffd")
}

// runeBytes is the inverse of byteRunes.
var runeBytes = func() map[rune]byte {
	m := map[rune]byte{}
	for b, r := range byteRunes() {
		m[r] = byte(b)
	}
	return m
}()
