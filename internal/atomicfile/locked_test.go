package atomicfile

import (
	"os"
	"path/filepath"
	"testing"
)

// TestLocked: a look at a lock says who holds it, makes no file, and keeps nobody from taking it.
func TestLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), ".lock")
	if held, err := Locked(path); held || err != nil {
		t.Errorf("no file: %v, %v", held, err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the look has made the file")
	}
	lock, err := Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	if held, err := Locked(path); held != locks || err != nil {
		t.Errorf("held: %v, %v", held, err)
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	if held, err := Locked(path); held || err != nil {
		t.Errorf("released: %v, %v", held, err)
	}
	end := make(chan bool)
	go func() {
		for {
			select {
			case <-end:
				return
			default:
				Locked(path)
			}
		}
	}()
	defer close(end)
	for range 200 {
		lock, err := Lock(path)
		if err != nil {
			t.Fatalf("beside a process that looks: %v", err)
		}
		lock.Release()
	}
}
