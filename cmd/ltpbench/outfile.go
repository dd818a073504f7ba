package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"ltpbench/internal/atomicfile"
	"ltpbench/internal/printable"
)

// writable reports early why writeOut will fail. Tables and pages are written over tables and pages, and not over
// what is no such thing by its name or content.
func writable(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && isInput(path) {
		return fmt.Errorf("-o %s exists and is no table or page: choose another file", path)
	}
	return unwritable(path, atomicfile.Check(path))
}

// isInput reports whether a file is one that ltpbench reads: part of a model or a run, a plan, or text.
func isInput(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".safetensors", ".bin", ".pt", ".toml", ".tsv", ".jsonl", ".parquet", ".gz":
		return true
	}
	switch filepath.Base(path) {
	case "config.json", "tokenizer.json", "tokenizer_config.json", "training.json", "vocab.json", "vocab.txt", "merges.txt":
		return true
	}
	file, err := os.Open(path)
	if err != nil {
		return false // that it cannot be written is reported too
	}
	defer file.Close()
	head, err := io.ReadAll(io.LimitReader(file, 1<<16))
	return err == nil && bytes.Contains(head, []byte("\nBenchmark")) // a record
}

// writeOut writes the text that -o names a file for: whole or not at all where it is a
// file, as atomicfile.TargetOf decides.
func writeOut(path string, text []byte) error {
	return unwritable(path, atomicfile.Write(path, []byte(printable.Text(string(text)))))
}

// unwritable adds to an error which flag the file was named by, and the cure.
func unwritable(path string, err error) error {
	if errors.Is(err, syscall.EISDIR) {
		return fmt.Errorf("-o %s is a folder: name a file", path)
	}
	if errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("-o %s cannot be written: no space left on device: free some, or name a file on another one", path)
	}
	if bad := (*fs.PathError)(nil); errors.As(err, &bad) {
		return fmt.Errorf("-o %s cannot be written: %w: name a file in an existing folder that you may write to", path, bad.Err)
	}
	return err
}
