package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Folder makes a folder at path with what fill writes into it. It is filled beside its place and then moved there,
// so it is there whole or not at all. An empty folder may be there before; anything else is an error, as Free says.
func Folder(path string, fill func(dir string) error) error {
	dir, err := begin(path)
	if err != nil {
		return err
	}
	if err = fill(dir); err == nil {
		if err = os.Chmod(dir, 0o755); err == nil {
			if err = os.Remove(path); err == nil || errors.Is(err, fs.ErrNotExist) {
				err = os.Rename(dir, path)
			}
		}
	}
	if err != nil {
		os.RemoveAll(dir)
	}
	return err
}

// Free reports why Folder could not make a folder at path, before there is something to fill it with. It makes the
// folders above.
func Free(path string) error {
	dir, err := begin(path)
	if err != nil {
		return err
	}
	return os.Remove(dir)
}

// begin makes the folder that will be moved to path.
func begin(path string) (string, error) {
	path = filepath.Clean(path)
	list, err := os.ReadDir(path)
	switch info, bad := os.Stat(path); {
	case bad == nil && !info.IsDir():
		return "", fmt.Errorf("%s is a file: name a new folder", path)
	case err == nil && len(list) > 0:
		return "", fmt.Errorf("%s is not empty, %s is in it: name a new folder", path, list[0].Name())
	}
	above := filepath.Dir(path)
	var dir string
	if err = os.MkdirAll(above, 0o777); err == nil {
		dir, err = os.MkdirTemp(above, "."+filepath.Base(path)+".*")
	}
	if bad := (*fs.PathError)(nil); errors.As(err, &bad) {
		return "", fmt.Errorf("%s cannot be made: %w: name a folder in one that can be written to", path, bad.Err)
	}
	return dir, err
}
