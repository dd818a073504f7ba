package main

import (
	_ "embed"
	"io"
	"path/filepath"

	"ltpbench/internal/atomicfile"
	"ltpbench/internal/python"
)

//go:embed requirements.txt
var requirements []byte

//go:embed worker.py
var program []byte

// environment makes the peers' Python environment, unless it is there, puts the worker
// into its folder and returns that.
func environment(interpreter string, log io.Writer) (string, error) {
	dir, err := python.Environment("peers", interpreter, requirements, log)
	if err != nil {
		return "", err
	}
	return dir, atomicfile.Write(filepath.Join(dir, "worker.py"), program)
}
