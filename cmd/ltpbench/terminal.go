package main

import (
	"io"
	"os"

	"github.com/mattn/go-isatty"
)

// terminal says whether w is one.
func terminal(w io.Writer) bool {
	if c, ok := w.(*checked); ok {
		w = c.Writer
	}
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}
