//go:build cuda && cgo

package cuda

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestKilled: a process that is killed while it compiles leaves no cubin that is
// not whole.
func TestKilled(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	files := func() []string {
		list, err := filepath.Glob(filepath.Join(cache, "ltpbench", "cuda", "*.cubin"))
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	for whole := range 3 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), role+"=open", "XDG_CACHE_HOME="+cache)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for begin := time.Now(); len(files()) <= whole && time.Since(begin) < 2*time.Minute; {
			time.Sleep(time.Millisecond)
		}
		_ = cmd.Process.Kill() // while the next are compiled, or written
		_ = cmd.Wait()
		if len(files()) <= whole {
			t.Fatal("nothing was written to the cache")
		}
		for _, f := range files() {
			if data, err := os.ReadFile(f); err != nil || !intact(data) {
				t.Errorf("%s is not whole: %v", f, err)
			}
		}
	}
	if text, ok := another(t, "open", "XDG_CACHE_HOME="+cache); !ok {
		t.Errorf("after the kills the device does not open: %s", text)
	}
}

// TestDamagedCache: a cubin that something has cut is compiled again.
func TestDamagedCache(t *testing.T) {
	open(t)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	m, c := modules[1], nvrtc
	cubin, err := c.cached(m, 80)
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(os.Getenv("XDG_CACHE_HOME"), "ltpbench", "cuda", "*.cubin"))
	if len(files) != 1 {
		t.Fatalf("the cache holds %v", files)
	}
	for _, size := range []int64{0, int64(len(cubin))} {
		if err := os.Truncate(files[0], size); err != nil {
			t.Fatal(err)
		}
		if _, err := c.cached(m, 80); err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(files[0]); err != nil || !intact(data) {
			t.Errorf("cut to %d bytes, the file was not made anew: %v", size, err)
		}
	}
}
