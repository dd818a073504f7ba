package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// What is being written lies beside its place as .NAME.DIGITS.tmp, locked by its writer, so
// that what a killed writer has left can be told from what is at work.
const suffix = ".tmp"

// temporary makes a file beside path, open and locked.
func temporary(path string) (*os.File, error) {
	for {
		if err := Step(OpCreate, path); err != nil {
			return nil, err
		}
		f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*"+suffix)
		if err != nil {
			return nil, err
		}
		if mine(f) {
			return f, nil
		}
		f.Close()
	}
}

// mine locks what was just made. It is not the caller's if another process took it for a
// leftover in between. Where there are no locks nobody cleans up, and it is.
func mine(f *os.File) bool {
	return !errors.Is(flock(f), ErrLocked) && there(f, f.Name())
}

// sweep removes the files and folders that writers of path have left which were killed.
func sweep(path string) error {
	dir := filepath.Dir(path)
	list, err := os.ReadDir(dir)
	if err != nil {
		if os.IsNotExist(err) {
			return nil
		}
		return err
	}
	for _, e := range list {
		if !Leftover(e.Name(), filepath.Base(path)) || !(e.IsDir() || e.Type().IsRegular()) {
			continue
		}
		if err := removeDead(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// removeDead removes what nobody holds the lock of.
func removeDead(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return nil // it is gone, or not this user's
	}
	defer f.Close()
	if flock(f) != nil {
		return nil
	}
	return RemoveAll(path)
}

// Leftover reports whether a name is what a killed write of the file or folder called base
// leaves beside it. The next write there removes it.
func Leftover(name, base string) bool {
	rest, ok := strings.CutPrefix(name, "."+base+".")
	digits, tmp := strings.CutSuffix(rest, suffix)
	return ok && tmp && digits != "" && strings.Trim(digits, "0123456789") == ""
}
