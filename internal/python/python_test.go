package python

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// An environment is made once for each list of requirements; one that broke off is made again.
func TestEnvironment(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	if err := exec.Command(python, "-c", "import venv, ensurepip").Run(); err != nil {
		t.Skip("this Python has no venv")
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	var log strings.Builder
	none := []byte("# nothing\n")
	dir, err := Environment("test", python, none, &log)
	if err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	if out, err := exec.Command(Interpreter(dir), "-c", "import sys; print(sys.prefix != sys.base_prefix)").Output(); err != nil || string(out) != "True\n" {
		t.Fatalf("%s, %v", out, err)
	}
	if again, err := Environment("test", "/no/such/python", none, io.Discard); err != nil || again != dir {
		t.Errorf("what is there is made again: %s, %v", again, err)
	}
	other, err := Environment("test", "/no/such/python", []byte("# other\n"), io.Discard)
	if err == nil || !strings.Contains(err.Error(), "/no/such/python") {
		t.Errorf("got %q, %v", other, err)
	}
	if err := os.Remove(filepath.Join(dir, "complete")); err != nil {
		t.Fatal(err)
	}
	if _, err := Environment("test", "/no/such/python", none, io.Discard); err == nil {
		t.Error("an environment that was never finished is taken for whole")
	}
}

// Two packages' tests ask for an environment at the same time: one of them makes it.
func TestEnvironmentAtOnce(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	calls := filepath.Join(t.TempDir(), "calls")
	python := filepath.Join(t.TempDir(), "python3")
	program := "#!/bin/sh\necho \"$2\" >>" + calls + "\nsleep 0.3\nmkdir -p \"$3/bin\"\nln -s /bin/true \"$3/bin/python\"\n"
	if err := os.WriteFile(python, []byte(program), 0o755); err != nil {
		t.Fatal(err)
	}
	errs := make(chan error)
	for range 3 {
		go func() {
			_, err := Environment("test", python, nil, io.Discard)
			errs <- err
		}()
	}
	for range 3 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if said, err := os.ReadFile(calls); err != nil || string(said) != "venv\n" {
		t.Errorf("the interpreter was called to make %q, %v; want one venv", said, err)
	}
}
