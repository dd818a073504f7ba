package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"ltpbench/internal/atomicfile"
)

// writable says early why writeOut will fail.
func writable(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("-o %s is a folder: name a file", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return unwritable(path, err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// writeOut writes the file that -o names, whole or not at all.
func writeOut(path string, data []byte) error { return unwritable(path, atomicfile.Write(path, data)) }

// unwritable adds to an error which flag the file was named by, and the cure.
func unwritable(path string, err error) error {
	if bad := (*fs.PathError)(nil); errors.As(err, &bad) {
		return fmt.Errorf("-o %s cannot be written: %w: name a file in a folder that is there and can be written to", path, bad.Err)
	}
	return err
}
