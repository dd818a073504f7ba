// Package atomicfile writes files that are there whole or not at all, wherever a path may
// lead: TargetOf decides what is replaced and what is written through.
package atomicfile

import (
	"bufio"
	"errors"
	"io"
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
	if err := sweep(t.Path); err != nil {
		return err
	}
	f, err := temporary(t.Path)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
		f.Close() // after the rename: until then the lock means that its writer lives
	}()
	w := bufio.NewWriterSize(writer{f}, 1<<20)
	if err = write(w); err != nil {
		return err
	}
	if err = w.Flush(); err != nil {
		return err
	}
	if err = f.Chmod(0o644); err != nil {
		return err
	}
	if err = Step(OpSync, f.Name()); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if !locks {
		if err = f.Close(); err != nil {
			return err
		}
	}
	if err = Step(OpRename, t.Path); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), t.Path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(t.Path))
}

// syncFolder makes a rename in a folder last, where the system can do that.
func syncFolder(path string) error {
	if err := Step(OpSync, path); err != nil {
		return err
	}
	d, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer d.Close()
	d.Sync() // some file systems refuse; then the rename is as lasting as they make it
	return nil
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
	if err := sweep(path); err != nil {
		return err
	}
	return unlink(path)
}
