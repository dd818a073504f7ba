//go:build cuda && cgo

package cuda

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
)

// What is read once for a process, such as the libraries and the seed of the
// simulated device, is tested in a process of its own: this test binary again,
// told by this variable what to do.
const role = "LTPBENCH_CUDA_TEST_ROLE"

var roles = map[string]func() error{
	// open tells why the device does not open.
	"open": func() error {
		d, err := Open("", hw.Options{})
		if err == nil {
			err = d.Close()
		}
		return err
	},
	// full asks for more memory than there is, and goes on.
	"full": func() error {
		d, err := Open("", hw.Options{})
		if err != nil {
			return err
		}
		defer d.Close()
		x := d.Floats(1<<12, 1<<14)
		d.Write(x.Top(1), make([]float32, 1<<14))
		d.Scale(x, x, x.Shape(1<<12, 1))
		return d.Sync()
	},
	// stray gathers a row that lies far outside of its matrix, and goes on.
	"stray": func() error {
		d, err := Open("", hw.Options{})
		if err != nil {
			return err
		}
		defer d.Close()
		x, list := d.Floats(4, 8), d.Ints(2)
		d.WriteInts(list, []int32{0, 1 << 28})
		d.Gather(x.Top(2), x, list)
		d.Scale(x, x, x.Shape(4, 1))
		return d.Sync()
	},
	// bits prints the bits of everything that a short training comes to.
	"bits": func() error {
		n, err := oracle.Read("../../model/testdata/oracle/bert-4x40-odd")
		if err != nil {
			return err
		}
		list, hash, err := losses("cuda", &n, 2)
		for _, x := range list {
			fmt.Printf("%x ", math.Float64bits(x))
		}
		fmt.Println(hash)
		return err
	},
}

// play does what the environment asks for and reports whether it asked for anything.
func play() bool {
	do, ok := roles[os.Getenv(role)]
	if !ok {
		return false
	}
	if err := do(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	return true
}

// another runs this binary in a role and returns what it prints.
func another(t *testing.T, as string, environment ...string) (text string, ok bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(append(os.Environ(), role+"="+as), environment...)
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		t.Errorf("%s hangs; so far: %s", as, out)
	}
	return string(out), err == nil
}

// TestNoDevice: what is missing is named, and what to do about it.
func TestNoDevice(t *testing.T) {
	onlyDriver := t.TempDir()
	if err := os.Symlink(filepath.Join(os.Getenv(Libraries), "libcuda.so.1"), filepath.Join(onlyDriver, "libcuda.so.1")); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ set, names, cure string }{
		"no driver":  {Libraries + "=" + t.TempDir(), "libcuda.so.1", "install the driver"},
		"no NVRTC":   {Libraries + "=" + onlyDriver, "libnvrtc.so", "pip install nvidia-cuda-nvrtc"},
		"old driver": {"SIMGPU_DRIVER=11080", "CUDA 11.8, too old", "CUDA 12.0 or newer"},
	} {
		text, ok := another(t, "open", c.set)
		if ok || !strings.Contains(text, c.names) || !strings.Contains(text, c.cure) {
			t.Errorf("%s: the device opens: %v; it says %q, which should name %q and %q", name, ok, text, c.names, c.cure)
		}
	}
	for variant, says := range map[string]string{"9": `no card "9"`, "x": `no card "x"`, "0,f7": "not in f7", "f7": "f7"} {
		if d, err := Open(variant, hw.Options{}); err == nil || !strings.Contains(err.Error(), says) {
			if err == nil {
				d.Close()
			}
			t.Errorf("cuda:%s: %v, which should say %q", variant, err, says)
		}
	}
}

// TestTypeNeedsCard: a type that a card is too old for is an error that says which card has it.
func TestTypeNeedsCard(t *testing.T) {
	if text, ok := another(t, "open", "SIMGPU_SM=75"); !ok {
		t.Errorf("float32 on sm_75: %s", text)
	}
	c := &card{name: "T", major: 7, minor: 5}
	for kind, fits := range map[hw.Type]bool{hw.F32: true, hw.F16: true, hw.TF32: false, hw.BF16: false} {
		if err := c.has(kind); (err == nil) != fits || err != nil && !strings.Contains(err.Error(), "sm_80") {
			t.Errorf("%s on sm_75: %v", kind, err)
		}
	}
}

// TestFullMemory: a full card is an error that says how much is free and what to do.
func TestFullMemory(t *testing.T) {
	text, ok := another(t, "full", "SIMGPU_MEMORY=134217728")
	if ok || !strings.Contains(text, "memory is full: 256 MiB more") || !strings.Contains(text, "smaller batches") {
		t.Errorf("all is well: %v; it says %q", ok, text)
	}
}

// TestStrayAccess: a kernel's fault is an error of Sync that names the call, and
// on the simulated device the kernel and the line.
func TestStrayAccess(t *testing.T) {
	text, ok := another(t, "stray")
	if ok || !strings.Contains(text, "gather") || !strings.Contains(text, "rows.cu") {
		t.Errorf("all is well: %v; it says %q", ok, text)
	}
}

// TestThreadOrder: whatever order threads and blocks run in, a training comes to
// the same bits.
func TestThreadOrder(t *testing.T) {
	var first string
	for _, seed := range []string{"SIMGPU_SEED=1", "SIMGPU_SEED=2", "SIMGPU_SEED=3"} {
		text, ok := another(t, "bits", seed)
		if !ok || len(strings.Fields(text)) != 3 {
			t.Fatalf("%s: %s", seed, text)
		}
		if first == "" {
			first = text
		}
		if text != first {
			t.Errorf("%s gives\n%s, and the seed before it\n%s", seed, text, first)
		}
	}
}

// TestChecked runs the suite and the selection again with every access of every
// kernel looked at: bounds, bytes that nothing has written, races, misalignment.
func TestChecked(t *testing.T) {
	if os.Getenv("SIMGPU_CHECK") != "" {
		t.Skip("this is such a run")
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^(TestDevice|TestSelection|TestMaskIsRemoval)$/^f32$", "-test.timeout=30m")
	cmd.Env = append(os.Environ(), "SIMGPU_CHECK=1")
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "PASS") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestKilled: a process that is killed while it compiles leaves no cubin that is
// not whole.
func TestKilled(t *testing.T) {
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
