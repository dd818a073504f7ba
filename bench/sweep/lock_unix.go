//go:build unix

package sweep

import (
	"errors"
	"os"
	"syscall"
)

// lockFile is what a run at work holds in its folder.
const lockFile = ".lock"

// lock takes a file that the system lets go of when the program ends, however it
// does. Closing it lets go too.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errBusy
		}
		return nil, err
	}
	return f, nil
}
