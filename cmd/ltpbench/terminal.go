package main

import (
	"io"
	"os"

	"github.com/mattn/go-isatty"

	"ltpbench/internal/printable"
)

// raw returns the writer below the one that makes foreign text harmless, for what writes
// its own control sequences.
func raw(w io.Writer) io.Writer {
	if p, ok := w.(*printable.Writer); ok {
		return p.Unwrap()
	}
	return w
}

// file returns the file that a command's output goes to, or nil.
func file(w io.Writer) *os.File {
	w = raw(w)
	if c, ok := w.(*checked); ok {
		w = c.Writer
	}
	f, _ := w.(*os.File)
	return f
}

// terminal reports whether w is one.
func terminal(w io.Writer) bool {
	f := file(w)
	return f != nil && isatty.IsTerminal(f.Fd())
}

// typed reports whether r is a terminal, at which somebody would have to type.
func typed(r io.Reader) bool {
	f, ok := r.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// columns returns the width of a terminal in characters; 0, which stands for unlimited,
// for anything else.
func columns(w io.Writer) int {
	if !terminal(w) {
		return 0
	}
	return width(file(w))
}
