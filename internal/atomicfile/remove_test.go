package atomicfile

import (
	"os"
	"path/filepath"
	"testing"
)

// Remove leaves nothing of a file whose writing was killed, and everything else.
func TestRemove(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state")
	for _, name := range []string{"state", ".state.123.tmp", ".state.456.tmp", "state.txt", ".state.txt", ".state.7x.tmp"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // the second time it is not there
		if err := Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != 3 || list[0].Name() != ".state.7x.tmp" || list[1].Name() != ".state.txt" || list[2].Name() != "state.txt" {
		t.Errorf("left: %v %v", list, err)
	}
	if err := Remove(filepath.Join(dir, "nowhere", "state")); err != nil {
		t.Errorf("where there is no folder: %v", err)
	}
}
