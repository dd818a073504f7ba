package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fill writes one file, and fails where it is asked to.
func fill(fail error) func(string) error {
	return func(dir string) error {
		if err := os.WriteFile(filepath.Join(dir, "a"), []byte("new"), 0o666); err != nil {
			return err
		}
		return fail
	}
}

func TestFolder(t *testing.T) {
	above := t.TempDir()
	path := filepath.Join(above, "x", "y")
	if err := Folder(path, fill(nil)); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(path, "a")); err != nil || string(text) != "new" {
		t.Errorf("%q %v", text, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	empty := filepath.Join(above, "x", "empty")
	if err := os.Mkdir(empty, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := Folder(empty+"/", fill(nil)); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
	broken := errors.New("broken")
	if err := Folder(filepath.Join(above, "x", "z"), fill(broken)); err != broken {
		t.Errorf("fill fails: %v", err)
	}
	if list, err := os.ReadDir(filepath.Join(above, "x")); err != nil || len(list) != 2 {
		t.Errorf("left behind: %v %v", list, err)
	}
}

// What is in the way is reported early, and stays as it is.
func TestFree(t *testing.T) {
	above := t.TempDir()
	file, full := filepath.Join(above, "file"), filepath.Join(above, "full")
	if err := os.WriteFile(file, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(full, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(full, "mine"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{file: "is a file", full: "mine is in it", filepath.Join(file, "x"): "x cannot be created: not a directory: name a folder", "/proc/x": "/proc/x cannot be created: no such file or directory: name"} {
		free, made := Free(path), Folder(path, fill(nil))
		if free == nil || !strings.Contains(free.Error(), want) || made == nil || made.Error() != free.Error() {
			t.Errorf("%s: %v, and %v", path, free, made)
		}
	}
	if err := Free(filepath.Join(above, "new")); err != nil {
		t.Error(err)
	}
	if list, err := os.ReadDir(above); err != nil || len(list) != 2 {
		t.Errorf("left behind: %v %v", list, err)
	}
}
