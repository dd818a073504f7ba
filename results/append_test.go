package results

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// fullDisk takes room bytes and then fails, as a disk does: in the middle of a write.
type fullDisk struct {
	data []byte
	room int
}

func (d *fullDisk) Write(b []byte) (int, error) {
	n := min(len(b), d.room-len(d.data))
	d.data = append(d.data, b[:n]...)
	if n < len(b) {
		return n, syscall.ENOSPC
	}
	return n, nil
}
func (d *fullDisk) Sync() error               { return nil }
func (d *fullDisk) Truncate(size int64) error { d.data = d.data[:size]; return nil }
func (d *fullDisk) Close() error              { return nil }

func TestFullDisk(t *testing.T) {
	disk := &fullDisk{room: 700}
	w := &Writer{file: &appendFile{f: disk, path: "runs/a.txt"}, units: make(map[string]bool)}
	var err error
	for i := 0; i < 9 && err == nil; i++ {
		err = w.Add(points[0])
	}
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "runs/a.txt") {
		t.Fatalf("error %v, want a full disk with its path", err)
	}
	if len(disk.data) == 0 || disk.data[len(disk.data)-1] != '\n' {
		t.Errorf("half a line was left: %q", disk.data)
	}
	disk.room = 1 << 20
	if again := w.Add(points[0]); again != err {
		t.Errorf("after a lost point the next Add gives %v", again)
	}
	if last := w.Close(); last != err {
		t.Errorf("Close gives %v, want the first error", last)
	}
}

func TestCreateErrors(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	if err := os.WriteFile(there, []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, path, want string
		config           []Key
	}{
		{"exists", there, "never overwritten", nil},
		{"no folder", filepath.Join(dir, "none", "a"), "no such file", nil},
		{"key", filepath.Join(dir, "a"), `key "GOOS"`, []Key{{"GOOS", "linux"}}},
		{"key twice", filepath.Join(dir, "a"), "twice", []Key{{"a", "1"}, {"a", "2"}}},
		{"line break", filepath.Join(dir, "a"), "line break", []Key{{"command", "a\nb"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w, err := Create(tc.path, tc.config)
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), tc.path) {
				t.Errorf("writer %v, error %v, want %q and the path", w, err, tc.want)
			}
		})
	}
	for path, want := range map[string]string{there: "never overwritten", filepath.Join(dir, "none", "a"): "no such file"} {
		if err := Free(path); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("Free gives %v, want %q and the path", err, want)
		}
	}
	if err := Free(filepath.Join(dir, "new")); err != nil {
		t.Error(err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("the folder holds %v, %v", list, err)
	}
	if got := text(t, there); got != "precious" {
		t.Errorf("the file is %q now", got)
	}
	if _, err := CreatePredictions(there); err == nil {
		t.Error("predictions overwrite a file")
	}
}
