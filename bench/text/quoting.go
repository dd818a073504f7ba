package text

import (
	"bufio"
	"io"
	"strings"
)

// Quote reports whether double quotes enclose cells.
type Quote string

// The values of Quote.
const (
	QuoteAuto Quote = ""    // in CSV they do, in TSV if all of the file says so
	QuoteYes  Quote = "yes" // as RFC 4180 has it, whatever the separator; pandas writes TSV like this
	QuoteNo   Quote = "no"  // they are part of the text, as in GLUE's files
)

// quoting finds out by all of a file of lines whether its double quotes enclose cells, and says in a note, for people,
// what it took them for; "" if there are none. It needs a reader that goes back to where it was; from any other, quotes
// are text.
//
// They enclose cells if the file can be read so, and one of these is true: all cells of the first row are in quotes; a
// cell on one line has doubled quotes within; the rows are all as wide as the first with quoting and are not without.
func quoting(in io.Reader, name, sep string) (Quote, string) {
	back, ok := in.(io.Seeker)
	if !ok {
		return QuoteNo, ""
	}
	start, err := back.Seek(0, io.SeekCurrent)
	if err != nil {
		return QuoteNo, ""
	}
	open := func() *bufio.Reader {
		if _, err = back.Seek(start, io.SeekStart); err != nil {
			return bufio.NewReader(strings.NewReader(""))
		}
		text, bad := cleanText(in, name)
		if bad != nil {
			return bufio.NewReader(strings.NewReader("")) // it is said when it is read
		}
		return bufio.NewReaderSize(text, 1<<16)
	}
	defer func() { back.Seek(start, io.SeekStart) }()

	plain := &lineReader{in: open()}
	quotes, even := false, true
	width := 0
	for line, err := plain.next(); err == nil; line, err = plain.next() {
		if line == "" {
			continue
		}
		quotes = quotes || strings.Contains(line, `"`)
		cells := 1 + strings.Count(line, sep)
		if width == 0 {
			width = cells
		}
		even = even && cells == width
	}
	if !quotes {
		return QuoteNo, ""
	}

	q := &quotedRows{in: open(), sep: sep}
	first, err := q.next()
	all, evenQuoted := err == nil && len(first.cells) > 1 && q.quoted == len(first.cells), true
	for err == nil {
		var one row
		if one, err = q.next(); err == nil {
			evenQuoted = evenQuoted && len(one.cells) == len(first.cells)
		}
	}
	switch {
	case err != io.EOF || q.quoted == 0:
		return QuoteNo, "" // it cannot be read so
	case all, q.doubled > 0 && q.spans == 0, !even && evenQuoted:
		return QuoteYes, "cells in double quotes are read without them (--no-quote keeps them)"
	}
	return QuoteNo, "double quotes around cells are kept as text (--quote takes them off)"
}
