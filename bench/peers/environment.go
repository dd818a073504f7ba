package main

import (
	"crypto/sha256"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"ltpbench/internal/atomicfile"
)

//go:embed requirements.txt
var requirements []byte

//go:embed worker.py
var program []byte

// environment makes the peers' Python environment, unless it is there, and returns
// its folder. What pip installs is pinned in requirements.txt.
func environment(python string, log io.Writer) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	hash := sha256.Sum256(requirements)
	dir := filepath.Join(cache, "ltpbench", fmt.Sprintf("peers-%x", hash[:6]))
	done := filepath.Join(dir, "complete")
	if _, err := os.Stat(done); err != nil {
		fmt.Fprintf(log, "making the peers' environment in %s (some gigabytes, once)\n", dir)
		list := filepath.Join(dir, "requirements.txt")
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return "", err
		}
		if err := atomicfile.Write(list, requirements); err != nil {
			return "", err
		}
		for _, c := range [][]string{
			{python, "-m", "venv", filepath.Join(dir, "env")},
			{filepath.Join(dir, "env", "bin", "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", list},
		} {
			cmd := exec.Command(c[0], c[1:]...)
			cmd.Stdout, cmd.Stderr = log, log
			if err := cmd.Run(); err != nil {
				return "", fmt.Errorf("%s: %w: a Python 3 with venv and a package index are needed; -python names another Python", cmd, err)
			}
		}
		if err := atomicfile.Write(done, nil); err != nil {
			return "", err
		}
	}
	return dir, atomicfile.Write(filepath.Join(dir, "worker.py"), program)
}
