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
func flock(f *os.File) error { return take(f, syscall.LOCK_EX) }

// shared is flock for one that others may hold too, as long as nobody has it alone.
func shared(f *os.File) error { return take(f, syscall.LOCK_SH) }

func take(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
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
