package atomicfile

import (
	"io/fs"
	"os"
)

// Op is a step that changes the file system.
type Op string

// The steps.
const (
	OpMkdir    Op = "mkdir"
	OpCreate   Op = "create"
	OpWrite    Op = "write"
	OpSync     Op = "fsync"
	OpTruncate Op = "truncate"
	OpRename   Op = "rename"
	OpUnlink   Op = "unlink"
)

// Hook, if not nil, is called before every step, and an error that it returns takes the
// step's place. It is the seam at which tests kill the program, or fill the disk, between
// any two steps; the program itself never sets it.
var Hook func(op Op, path string) error

// Step announces a step that the caller is about to take. On an error the caller returns it
// and does not take the step.
func Step(op Op, path string) error {
	if Hook == nil {
		return nil
	}
	if err := Hook(op, path); err != nil {
		return &fs.PathError{Op: string(op), Path: path, Err: err}
	}
	return nil
}

// MkdirAll is os.MkdirAll as a step, one for all folders together.
func MkdirAll(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	if err := Step(OpMkdir, path); err != nil {
		return err
	}
	return os.MkdirAll(path, 0o777)
}

// RemoveAll removes a folder with all that is in it, a step for each name.
func RemoveAll(path string) error {
	info, err := os.Lstat(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.IsDir() {
		list, err := os.ReadDir(path)
		if err != nil {
			return err
		}
		for _, e := range list {
			if err := RemoveAll(path + string(os.PathSeparator) + e.Name()); err != nil {
				return err
			}
		}
	}
	return unlink(path)
}

// unlink removes a file or an empty folder; one that is not there is no error.
func unlink(path string) error {
	if err := Step(OpUnlink, path); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}

// writer writes to a file in steps.
type writer struct{ f *os.File }

// Write implements io.Writer.
func (w writer) Write(p []byte) (int, error) {
	if err := Step(OpWrite, w.f.Name()); err != nil {
		return 0, err
	}
	return w.f.Write(p)
}
