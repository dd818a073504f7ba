//go:build !unix

package atomicfile

import "os"

// locks: this system has no such locks, and renames no open file.
const locks = false

// flock keeps nobody out on this system.
func flock(f *os.File) error { return nil }

func shared(f *os.File) error { return nil }
