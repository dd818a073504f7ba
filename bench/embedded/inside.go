//go:build !noweights

package embedded

import (
	"embed"
	"io/fs"
)

//go:embed files
var inside embed.FS

func files() (fs.FS, error) { return fs.Sub(inside, "files") }
