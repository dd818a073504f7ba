//go:build unix

package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// A write removes what killed writes have left, a folder of many files too, and leaves alone
// what another one is writing.
func TestLeftovers(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "cell [1]")
	dead := filepath.Join(dir, ".cell [1].77.tmp")
	if err := os.MkdirAll(filepath.Join(dead, "deep"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dead, "deep", "weights"), make([]byte, 100), 0o666); err != nil {
		t.Fatal(err)
	}
	err := Folder(path, func(string) error { // while this one is filled, others come and go
		if _, err := os.Stat(dead); !os.IsNotExist(err) {
			t.Errorf("the leftover is there: %v", err)
		}
		if err := Free(path); err != nil {
			return err
		}
		return Folder(path, func(string) error { return errors.New("given up") })
	})
	if err == nil || err.Error() != "given up" {
		t.Errorf("%v", err)
	}
	if err := Folder(path, fill(nil)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "file")
	err = Stream(file, func(w io.Writer) error {
		return Write(file, []byte("between"))
	})
	if err != nil {
		t.Fatal(err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 2 {
		t.Errorf("left: %v %v", list, err)
	}
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), ".lock")
	a, err := Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(path); !errors.Is(err, ErrLocked) {
		t.Errorf("a second one: %v", err)
	}
	if err := a.Remove(); err != nil {
		t.Fatal(err)
	}
	if b, err := Lock(path); err != nil || b.Release() != nil {
		t.Errorf("after the first: %v", err)
	}
}

// An error of the hook is the step's, and leaves nothing behind.
func TestHook(t *testing.T) {
	dir := t.TempDir()
	full := errors.New("full")
	defer func() { Hook = nil }()
	for n := 0; ; n++ {
		steps := 0
		Hook = func(op Op, path string) error {
			if steps++; steps == n+1 && op != OpUnlink {
				return full
			}
			return nil
		}
		err := Folder(filepath.Join(dir, "a", "b"), func(dir string) error { return Write(filepath.Join(dir, "c"), []byte("x")) })
		if steps <= n {
			break
		}
		if err != nil && !errors.Is(err, full) {
			t.Errorf("step %d: %v", n, err)
		}
		Hook = nil
		if list, bad := os.ReadDir(filepath.Join(dir, "a")); bad == nil && (len(list) > 1 || len(list) == 1 && list[0].Name() != "b") {
			t.Errorf("step %d leaves %v", n, list)
		}
		if err := os.RemoveAll(filepath.Join(dir, "a")); err != nil {
			t.Fatal(err)
		}
	}
}
