package atomicfile

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// ErrLocked is the error of a lock that another process holds.
var ErrLocked = errors.New("another process holds the lock")

// Lock takes the lock that a file stands for, and makes the file. It does not wait: ErrLocked
// if another process holds it, another error where the file system has no locks. The system
// lets go of it when the program ends, however it does; a file that is left locks nothing.
func Lock(path string) (*FileLock, error) {
	for look := 1; ; {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, err
		}
		if err := flock(f); err != nil {
			f.Close()
			if errors.Is(err, ErrLocked) {
				if look < looks { // it may be Locked, which is gone at once
					look++
					time.Sleep(time.Millisecond)
					continue
				}
				return nil, err
			}
			return nil, fmt.Errorf("%s cannot be locked: %w; use a folder on a file system with locks", path, err)
		}
		if there(f, path) {
			return &FileLock{f, path}, nil
		}
		f.Close() // its holder has removed it since: what is locked is no longer what others find
	}
}

// looks is how often Lock tries before it takes a lock for held.
const looks = 10

// Locked reports whether another process holds the lock that a file stands for. It makes nothing, and a process that
// takes the lock at the same moment gets it. Without the file nobody holds it; errors.ErrUnsupported where the system
// has no locks.
func Locked(path string) (bool, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	if !locks {
		return false, errors.ErrUnsupported
	}
	err = shared(f)
	if errors.Is(err, ErrLocked) {
		return true, nil
	}
	return false, err
}

// FileLock is a lock that is held.
type FileLock struct {
	f    *os.File
	path string
}

// Held reports whether the lock's file is still where it was. Where it was removed, perhaps with its folder, the lock
// keeps nobody out.
func (l *FileLock) Held() bool { return there(l.f, l.path) }

// Release gives the lock back; its file stays.
func (l *FileLock) Release() error { return l.f.Close() }

// Remove gives the lock back and removes its file.
func (l *FileLock) Remove() error { return errors.Join(unlink(l.path), l.f.Close()) }

// there reports whether a path still names an open file.
func there(f *os.File, path string) bool {
	own, err := f.Stat()
	if err != nil {
		return false
	}
	now, err := os.Stat(path)
	return err == nil && os.SameFile(own, now)
}
