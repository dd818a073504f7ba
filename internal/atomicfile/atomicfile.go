// Package atomicfile writes files that are there whole or not at all, wherever a path may
// lead: TargetOf decides what is replaced and what is written through.
package atomicfile

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write writes data to the file that path names. A regular or absent file is replaced by
// renaming a temporary file beside it: on an error it is as it was before, and nothing is
// left behind. A symbolic link stays, and the file that it points to is replaced. Devices,
// FIFOs and sockets are written through.
func Write(path string, data []byte) error {
	return Stream(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// Stream is Write for content that write makes piece by piece; w is buffered.
func Stream(path string, write func(w io.Writer) error) (err error) {
	t, err := TargetOf(path)
	if err != nil {
		return err
	}
	if t.Through {
		return t.stream(write)
	}
	f, err := os.CreateTemp(filepath.Dir(t.Path), "."+filepath.Base(t.Path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	w := bufio.NewWriterSize(f, 1<<20)
	if err = write(w); err != nil {
		return err
	}
	if err = w.Flush(); err != nil {
		return err
	}
	if err = f.Chmod(0o644); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), t.Path)
}

// stream writes through.
func (t Target) stream(write func(w io.Writer) error) error {
	f, err := t.open()
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	if err = write(w); err == nil {
		err = w.Flush()
	}
	return errors.Join(err, f.Close())
}

// Remove removes the file at path, if it is there, and what writes of it that were killed left beside it.
func Remove(path string) error {
	left, err := fs.Glob(os.DirFS(filepath.Dir(path)), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	for _, name := range left {
		if err := os.Remove(filepath.Join(filepath.Dir(path), name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
