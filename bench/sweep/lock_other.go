//go:build !unix

package sweep

import "os"

// lockFile is what a run at work holds in its folder.
const lockFile = ".lock"

// lock makes the file; on this system it keeps nobody out.
func lock(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
}
