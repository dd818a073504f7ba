package main

import (
	_ "embed"
	"io"

	"ltpbench/internal/python"
)

//go:embed requirements.txt
var requirements []byte

// environment makes the peers' Python environment, unless it is there, and returns its folder.
func environment(interpreter string, log io.Writer) (string, error) {
	return python.Environment("peers", interpreter, requirements, log)
}
