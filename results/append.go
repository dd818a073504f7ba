package results

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"ltpbench/internal/atomicfile"
)

// appendFile is a file that grows by whole lines: each append is one write that
// reaches the disk before it returns, and one that fails leaves no part of a line.
type appendFile struct {
	f    file
	path string
	size int64
	err  error
}

// file is what appendFile needs of an *os.File.
type file interface {
	Write([]byte) (int, error)
	Sync() error
	Truncate(size int64) error
	Close() error
}

// newAppendFile creates a file. An existing file is an error: measurements are never
// overwritten.
func newAppendFile(path string) (*appendFile, error) {
	if err := atomicfile.Step(atomicfile.OpCreate, path); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s exists, and results are never overwritten: choose another folder or remove it", path)
	}
	if err != nil {
		return nil, err
	}
	return &appendFile{f: f, path: path}, nil
}

// openAppendFile opens an existing file, truncated to its first size bytes.
func openAppendFile(path string, size int64) (*appendFile, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return nil, err
	}
	err = atomicfile.Step(atomicfile.OpTruncate, path)
	if err == nil {
		err = f.Truncate(size)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &appendFile{f: f, path: path, size: size}, nil
}

// append writes b, which ends with a newline. After an error nothing more is
// written, and every later call returns the same error.
func (a *appendFile) append(b []byte) error {
	if a.err != nil {
		return a.err
	}
	if len(b) == 0 {
		return nil
	}
	err := atomicfile.Step(atomicfile.OpWrite, a.path)
	if err == nil {
		_, err = a.f.Write(b)
	}
	if err == nil {
		err = atomicfile.Step(atomicfile.OpSync, a.path)
	}
	if err == nil {
		err = a.f.Sync()
	}
	if err != nil {
		a.err = fmt.Errorf("writing %s: %w", a.path, err)
		// On failure the torn line stays and readers report it.
		a.f.Truncate(a.size)
		return a.err
	}
	a.size += int64(len(b))
	return nil
}

func (a *appendFile) close() error {
	if err := a.f.Close(); err != nil && a.err == nil {
		a.err = fmt.Errorf("closing %s: %w", a.path, err)
	}
	return a.err
}
