package simgpu

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// build returns the libraries' folder and a runner linked against them
// (testdata/runner), or skips where there's no compiler.
func build(t *testing.T) (dir, runner string) {
	t.Helper()
	if _, err := exec.LookPath(compiler()); err != nil {
		t.Skip("no C++ compiler")
	}
	dir, err := Build()
	if err != nil {
		t.Fatal(err)
	}
	runner = filepath.Join(t.TempDir(), "runner")
	out, err := exec.Command(compiler(), "-std=c++17", "-O1", "-Wall", "-Wextra", "-I"+dir, "-o", runner, "testdata/runner/main.cpp",
		"-L"+dir, "-l:libcuda.so.1", "-l:libnvrtc.so", "-Wl,-rpath,"+dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir, runner
}

// kernel is one kernel of a test file, with what the comment before it says.
type kernel struct {
	name, want string
	args       []string // grid, block, shared
	checked    bool     // found in checked mode only
}

var (
	comment     = regexp.MustCompile(`(?m)^// launch (\d+) (\d+) (\d+)( checked)?: (.*)$`)
	declaration = regexp.MustCompile(`__global__ void (\w+)`)
)

// kernels reads a test file.
func kernels(t *testing.T, path string) []kernel {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list []kernel
	for i, line := range strings.Split(string(text), "\n") {
		if m := comment.FindStringSubmatch(line); m != nil {
			list = append(list, kernel{args: m[1:4], checked: m[4] != "", want: m[5]})
		} else if m := declaration.FindStringSubmatch(line); m != nil {
			list[len(list)-1].name = m[1]
		}
		if strings.Contains(line, "<- here") && len(list) > 0 {
			k := &list[len(list)-1]
			k.want = strings.ReplaceAll(k.want, "$LINE", strconv.Itoa(i+1))
		}
	}
	if len(list) < 5 {
		t.Fatalf("%s: only %d kernels found", path, len(list))
	}
	return list
}

// compile returns the simulated cubin of a test file.
func compile(t *testing.T, runner, path string, settings ...string) string {
	t.Helper()
	cubin := filepath.Join(t.TempDir(), "cubin")
	cmd := exec.Command(runner, path, cubin)
	cmd.Env = append(os.Environ(), settings...)
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("%s: %v\n%s", path, err, out)
	}
	return cubin
}

// runKernels runs kernels under settings and returns each one's code and text.
func runKernels(t *testing.T, runner, cubin string, list []kernel, settings ...string) map[string][2]string {
	t.Helper()
	args := []string{cubin}
	for _, k := range list {
		args = append(append(args, k.name), k.args...)
	}
	cmd := exec.Command(runner, args...)
	cmd.Env = append(os.Environ(), settings...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s%s", settings, err, out, said.String())
	}
	results := map[string][2]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		f := strings.SplitN(line, "\t", 3)
		if len(f) != 3 {
			t.Fatalf("%v: the runner printed %q", settings, line)
		}
		results[f[0]] = [2]string{f[1], f[2]}
	}
	return results
}

// No order of threads and no check finds a fault in what is right, and all orders
// give the same.
func TestCorrectKernels(t *testing.T) {
	_, runner := build(t)
	for _, path := range []string{"testdata/correct.cu", "testdata/tiles.cu"} {
		list := kernels(t, path)
		for _, checked := range []string{"0", "1"} {
			cubin := compile(t, runner, path, "SIMGPU_CHECK="+checked)
			for _, order := range []string{"uniform", "ahead"} {
				for seed := 1; seed <= 3; seed++ {
					settings := []string{"SIMGPU_CHECK=" + checked, "SIMGPU_ORDER=" + order, fmt.Sprint("SIMGPU_SEED=", seed)}
					got := runKernels(t, runner, cubin, list, settings...)
					for _, k := range list {
						if r := got[k.name]; r[0] != "0" || r[1] != k.want {
							t.Errorf("%v: %s: error %s, %s; want %s", settings, k.name, r[0], r[1], k.want)
						}
					}
				}
			}
		}
	}
}

// Each fault is caught, in checked mode at least, and the text names kernel, block,
// thread and line.
func TestBrokenKernels(t *testing.T) {
	_, runner := build(t)
	list := kernels(t, "testdata/broken.cu")
	for _, checked := range []string{"0", "1"} {
		cubin := compile(t, runner, "testdata/broken.cu", "SIMGPU_CHECK="+checked)
		got := runKernels(t, runner, cubin, list, "SIMGPU_WATCHDOG=0.3", "SIMGPU_CHECK="+checked)
		for _, k := range list {
			if k.checked && checked == "0" {
				continue
			}
			want := regexp.MustCompile("^kernel " + k.name + `, block \(.*` + k.want)
			if r := got[k.name]; r[0] == "0" || !want.MatchString(r[1]) {
				t.Errorf("checked %s: %s: error %s, %q; want %s", checked, k.name, r[0], r[1], want)
			} else {
				t.Log(r[1])
			}
		}
	}
}
