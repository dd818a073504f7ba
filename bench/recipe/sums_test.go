package recipe

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/pruners"
)

// Whatever happens to a file of an entry, Verify names it and the cure.
func TestVerify(t *testing.T) {
	store := Store(t.TempDir())
	if err := store.Note("key", &Outcome{Weights: "abc"}, pruners.TopK{Rate: 0.25}); err != nil {
		t.Fatal(err)
	}
	if err := store.Verify("key"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{noteFile, sumsFile} {
		path := filepath.Join(store.Path("key"), name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for n := range len(data) - 1 { // the last newline may be missing
			for _, bad := range [][]byte{data[:n], append(append(append([]byte{}, data[:n]...), data[n]^1), data[n+1:]...)} {
				if err := os.WriteFile(path, bad, 0o666); err != nil {
					t.Fatal(err)
				}
				if err := store.Verify("key"); err == nil || !strings.Contains(err.Error(), filepath.Join("key", "")) || !strings.Contains(err.Error(), "remove the folder") {
					t.Fatalf("%s, damaged at %d: %v", name, n, err)
				}
			}
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(store.Path("key"), noteFile)); err != nil {
		t.Fatal(err)
	}
	if err := store.Verify("key"); err == nil || !strings.Contains(err.Error(), "is missing") {
		t.Errorf("%v", err)
	}
	if err := os.Remove(filepath.Join(store.Path("key"), sumsFile)); err != nil {
		t.Fatal(err)
	}
	if err := store.Verify("key"); err != nil {
		t.Errorf("an entry without checksums: %v", err)
	}
}
