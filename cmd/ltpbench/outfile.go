package main

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"ltpbench/internal/atomicfile"
	"ltpbench/internal/printable"
)

// writable reports early why writeOut will fail.
func writable(path string) error {
	if path == "" {
		return nil
	}
	return unwritable(path, atomicfile.Check(path))
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
