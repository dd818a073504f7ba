package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Target is what a path names, as far as writing a file there is concerned.
type Target struct {
	// Path is the file to replace: behind symbolic links, so that they stay. It need not exist.
	Path string
	// Through means that there is no file to replace: a device, FIFO or socket, or a
	// descriptor of this process such as /dev/stdout, is written to as it is.
	Through bool
}

// TargetOf looks at what path names. It is the one place that decides how a file is
// written: a regular or absent file is replaced atomically, a symbolic link stands for
// what it points to, devices, FIFOs and sockets are written through. A directory is an
// error (syscall.EISDIR).
func TargetOf(path string) (Target, error) {
	at := path
	for range 40 { // as many links as Linux follows
		if descriptor(at) {
			return Target{path, true}, nil
		}
		info, err := os.Lstat(at)
		switch {
		case os.IsNotExist(err):
			return Target{at, false}, nil
		case err != nil:
			return Target{}, err
		case info.IsDir():
			return Target{}, &fs.PathError{Op: "write", Path: path, Err: syscall.EISDIR}
		case info.Mode()&fs.ModeSymlink == 0:
			return Target{at, !info.Mode().IsRegular()}, nil
		}
		to, err := os.Readlink(at)
		if err != nil {
			return Target{}, err
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(at), to)
		}
		at = to
	}
	return Target{}, &fs.PathError{Op: "write", Path: path, Err: syscall.ELOOP}
}

// descriptor reports whether a path is one of a process's open files, whose link names no
// file that could be replaced.
func descriptor(path string) bool {
	dir, name := filepath.Split(filepath.Clean(path))
	return strings.Trim(name, "0123456789") == "" && (dir == "/dev/fd/" || strings.HasPrefix(dir, "/proc/") && strings.HasSuffix(dir, "/fd/"))
}

// open opens a target that is written through. A descriptor of a regular file is appended to.
func (t Target) open() (io.WriteCloser, error) {
	if info, err := os.Stat(t.Path); err == nil && info.Mode()&fs.ModeSocket != 0 && !descriptor(t.Path) {
		return net.Dial("unix", t.Path)
	}
	return os.OpenFile(t.Path, os.O_WRONLY|os.O_APPEND, 0)
}

// Check reports early why Write would fail at path. Nothing is left behind; what is written
// through is not opened.
func Check(path string) error {
	t, err := TargetOf(path)
	if err != nil || t.Through {
		return err
	}
	f, err := temporary(t.Path)
	if err != nil {
		return err
	}
	return errors.Join(unlink(f.Name()), f.Close())
}
