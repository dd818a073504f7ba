package simgpu

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestHost checks memory, streams, launches, contexts, graphs, products and the
// compiler's refusals, by a separate program (testdata/host).
func TestHost(t *testing.T) {
	dir, _ := build(t)
	program := filepath.Join(t.TempDir(), "host")
	files, err := filepath.Glob("testdata/host/*.cpp")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	args := append([]string{"-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", "-I" + dir, "-o", program}, files...)
	args = append(args, "-L"+dir, "-l:libcuda.so.1", "-l:libnvrtc.so", "-l:libcublasLt.so", "-lpthread", "-Wl,-rpath,"+dir)
	if out, err := exec.Command(compiler(), args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, checked := range []string{"0", "1"} {
		cmd := exec.Command(program, "testdata/host/host.cu")
		cmd.Env = append(os.Environ(), "SIMGPU_MEMORY=16000000", "SIMGPU_CHECK="+checked)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("checked %s: %v\n%s", checked, err, out)
		}
	}
}
