//go:build unix

package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

// locks: the system has locks, and lets an open file be renamed.
const locks = true

// flock takes the system's lock on an open file or folder, without waiting: ErrLocked if
// another process or descriptor has it. The system lets go of it when the file is closed or
// the program ends, however it does.
func flock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return ErrLocked
		case err != nil:
			return os.NewSyscallError("flock", err)
		}
		return nil
	}
}
