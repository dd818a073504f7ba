// Package inputs reads files that a user names or downloads: regular files of bounded size, with errors that explain
// what is there instead.
package inputs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Read returns the contents of a regular file of at most limit bytes. What is no such file is an error that says
// what it is and what to do, without having been read: a folder, a device or a pipe, a link to nothing, a Git LFS
// pointer. An absent file is fs.ErrNotExist.
func Read(files fs.FS, name string, limit int64) ([]byte, error) {
	if err := Check(files, name, limit); err != nil {
		return nil, err
	}
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, tooLarge(int64(len(data)), limit)
	}
	if IsPointer(data) {
		return nil, ErrPointer
	}
	return data, nil
}

// ReadPath is Read for a file that a path names; errors name it.
func ReadPath(path string, limit int64) ([]byte, error) {
	data, err := Read(os.DirFS(filepath.Dir(path)), filepath.Base(path), limit)
	if err != nil {
		return nil, named(path, err)
	}
	return data, nil
}

// CheckPath is Check for a file that a path names; errors name it.
func CheckPath(path string, limit int64) error {
	if err := Check(os.DirFS(filepath.Dir(path)), filepath.Base(path), limit); err != nil {
		return named(path, err)
	}
	return nil
}

// named puts the whole path into an error.
func named(path string, err error) error {
	if bad := (*fs.PathError)(nil); errors.As(err, &bad) {
		return &fs.PathError{Op: "open", Path: path, Err: bad.Err}
	}
	return fmt.Errorf("%s: %w", path, err)
}

// Check reports what makes a file unfit to be opened.
func Check(files fs.FS, name string, limit int64) error {
	info, err := fs.Stat(files, name)
	if err != nil {
		if links, ok := files.(fs.ReadLinkFS); ok && errors.Is(err, fs.ErrNotExist) {
			if to, linkErr := links.ReadLink(name); linkErr == nil {
				return fmt.Errorf("it is a link to %q, which is not there; copy the file itself, or fetch the folder again", to)
			}
		}
		return err
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return errors.New("it is a folder where a file is expected")
	case !mode.IsRegular():
		return fmt.Errorf("it is no regular file (%s); copy its contents into one", mode.Type())
	case info.Size() > limit:
		return tooLarge(info.Size(), limit)
	}
	return nil
}

func tooLarge(size, limit int64) error {
	return fmt.Errorf("it is too large: %d bytes or more, and at most %d are expected; is it another file?", size, limit)
}

// ErrPointer is what stands in for a large file in a repository whose large files were not fetched.
var ErrPointer = errors.New("it is a Git LFS pointer, not the file itself; run `git lfs pull` in its folder, or download the file")

// IsPointer reports whether a file's contents, or their beginning, are a Git LFS pointer.
func IsPointer(data []byte) bool {
	return bytes.HasPrefix(data, []byte("version https://git-lfs.github.com/spec/"))
}
