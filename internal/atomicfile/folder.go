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
// What earlier calls that were killed have left beside it is removed.
func Folder(path string, fill func(dir string) error) error {
	path = filepath.Clean(path)
	dir, lock, err := begin(path)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err = fill(dir); err == nil {
		if !locks {
			lock.Close()
		}
		err = place(dir, path)
	}
	if err != nil {
		os.RemoveAll(dir)
	}
	return err
}

// place moves a folder to its place.
func place(dir, path string) error {
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	if err := syncFolder(dir); err != nil {
		return err
	}
	if err := unlink(path); err != nil {
		return err
	}
	if err := Step(OpRename, path); err != nil {
		return err
	}
	if err := os.Rename(dir, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// Free reports why Folder could not make a folder at path, before there is something to fill it with. It makes the
// folders above.
func Free(path string) error {
	dir, lock, err := begin(filepath.Clean(path))
	if err != nil {
		return err
	}
	return errors.Join(unlink(dir), lock.Close())
}

// begin makes the folder that will be moved to path, and locks it.
func begin(path string) (string, *os.File, error) {
	list, err := os.ReadDir(path)
	switch info, bad := os.Stat(path); {
	case bad == nil && !info.IsDir():
		return "", nil, fmt.Errorf("%s is a file: name a new folder", path)
	case err == nil && len(list) > 0:
		return "", nil, fmt.Errorf("%s is not empty, %s is in it: name a new folder", path, list[0].Name())
	}
	var lock *os.File
	if err = MkdirAll(filepath.Dir(path)); err == nil {
		if err = sweep(path); err == nil {
			lock, err = temporaryFolder(path)
		}
	}
	if bad := (*fs.PathError)(nil); errors.As(err, &bad) {
		return "", nil, fmt.Errorf("%s cannot be created: %w: name a folder inside one that you may write to", path, bad.Err)
	}
	if err != nil {
		return "", nil, err
	}
	return lock.Name(), lock, nil
}

// temporaryFolder makes a folder beside path, open and locked.
func temporaryFolder(path string) (*os.File, error) {
	for {
		if err := Step(OpMkdir, path); err != nil {
			return nil, err
		}
		dir, err := os.MkdirTemp(filepath.Dir(path), "."+filepath.Base(path)+".*"+suffix)
		if err != nil {
			return nil, err
		}
		f, err := os.Open(dir)
		if err != nil {
			if os.IsNotExist(err) {
				continue
			}
			return nil, err
		}
		if mine(f) {
			return f, nil
		}
		f.Close()
	}
}
