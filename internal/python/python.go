// Package python makes the Python environments that measurements and tests hold this program against.
package python

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"ltpbench/internal/atomicfile"
)

// Environment returns a folder of the user's cache that holds env, a virtual environment with
// what requirements lists (the text of a requirements.txt, versions pinned), and makes it
// unless it is there: once for each list, however many processes ask for it at a time; the others
// wait. interpreter is a Python 3 with venv; what it and pip say goes to log.
func Environment(name, interpreter string, requirements []byte, log io.Writer) (dir string, err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	hash := sha256.Sum256(requirements)
	dir = filepath.Join(cache, "ltpbench", fmt.Sprintf("%s-%x", name, hash[:6]))
	done := filepath.Join(dir, "complete")
	if _, err := os.Stat(done); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	lock, err := wait(filepath.Join(dir, "lock"), log)
	if err != nil {
		return "", err
	}
	defer lock.Release()
	if _, err := os.Stat(done); err == nil {
		return dir, nil // another process has made it
	}
	fmt.Fprintf(log, "making the Python environment %s (some gigabytes, once)\n", dir)
	list := filepath.Join(dir, "requirements.txt")
	if err := atomicfile.Write(list, requirements); err != nil {
		return "", err
	}
	for _, c := range [][]string{
		{interpreter, "-m", "venv", filepath.Join(dir, "env")},
		{Interpreter(dir), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", list},
	} {
		cmd := exec.Command(c[0], c[1:]...)
		cmd.Stdout, cmd.Stderr = log, log
		if err := cmd.Run(); err != nil {
			return "", fmt.Errorf("%s: %w: a Python 3 with venv and a package index are needed", cmd, err)
		}
	}
	return dir, atomicfile.Write(done, nil)
}

// wait takes the lock that a file stands for, after whoever has it, and says that it waits.
func wait(path string, log io.Writer) (*atomicfile.FileLock, error) {
	for said := false; ; {
		lock, err := atomicfile.Lock(path)
		if !errors.Is(err, atomicfile.ErrLocked) {
			return lock, err
		}
		if !said {
			fmt.Fprintf(log, "waiting for the process that makes the Python environment %s\n", filepath.Dir(path))
			said = true
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// Interpreter is the Python of an environment.
func Interpreter(dir string) string { return filepath.Join(dir, "env", "bin", "python") }
