// Package printable keeps text of unknown origin from controlling what shows it: labels,
// file names, values of records and error messages may hold terminal escape sequences.
//
// All output of the program goes through it, whatever it contains: control characters
// (but line feed and tab), the characters that reorder a line (bidirectional overrides),
// line and paragraph separators and bytes that are not UTF-8 are written as visible
// escapes, \u001b for a character and \x9b for a byte.
package printable

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// String returns s on one line and harmless: as Writer writes it, with line feeds and tabs
// as escapes too.
func String(s string) string {
	return text(s, func(r rune) bool { return r != utf8.RuneError && !harmful(r) })
}

// Text returns s harmless, its line feeds and tabs as they are.
func Text(s string) string { return text(s, ok) }

func text(s string, ok func(rune) bool) string {
	if strings.IndexFunc(s, func(r rune) bool { return !ok(r) }) < 0 {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case r == utf8.RuneError || ok(r):
			b.WriteString(s[:n])
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		s = s[n:]
	}
	return b.String()
}

// ok specifies which characters Writer leaves as they are. RuneError is looked at more closely.
func ok(r rune) bool { return r == '\n' || r == '\t' || r != utf8.RuneError && !harmful(r) }

func harmful(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// Writer makes what is written to it harmless and passes it on. A character may arrive in
// several writes.
type Writer struct {
	w       io.Writer
	pending []byte // the beginning of a character
}

// NewWriter returns a Writer to w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Unwrap returns the writer below, for a caller whose own control sequences have to reach it.
func (w *Writer) Unwrap() io.Writer { return w.w }

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (int, error) {
	data := string(w.pending) + string(p)
	whole := len(data)
	for back := 1; back < utf8.UTFMax && back <= len(data); back++ {
		if at := len(data) - back; utf8.RuneStart(data[at]) {
			if !utf8.FullRuneInString(data[at:]) {
				whole = at
			}
			break
		}
	}
	w.pending = append(w.pending[:0], data[whole:]...)
	if _, err := io.WriteString(w.w, Text(data[:whole])); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush writes what is left of a character that never became whole.
func (w *Writer) Flush() error {
	_, err := io.WriteString(w.w, Text(string(w.pending)))
	w.pending = nil
	return err
}
