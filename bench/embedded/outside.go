//go:build noweights

package embedded

import (
	"fmt"
	"io/fs"
	"os"
)

// Folder is the environment variable that a program built with the tag noweights reads
// its model from: the path of this package's folder files.
const Folder = "LTPBENCH_EMBEDDED"

func files() (fs.FS, error) {
	dir := os.Getenv(Folder)
	if dir == "" {
		return nil, fmt.Errorf("this program was built without the embedded model (tag noweights): set %s to bench/embedded/files of its source", Folder)
	}
	return os.DirFS(dir), nil
}
