//go:build cuda && cgo

package cuda

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/hw/cuda/abi"
)

// TestNoDevice: what is missing is named, and what to do about it.
func TestNoDevice(t *testing.T) {
	for name, c := range map[string]struct{ set, names, cure string }{
		"no driver":   {Libraries + "=" + with(t), "libcuda.so.1", "install the driver"},
		"no NVRTC":    {Libraries + "=" + with(t, "libcuda.so.1"), "libnvrtc.so", "pip install nvidia-cuda-nvrtc-cu12"},
		"no cuBLASLt": {Libraries + "=" + with(t, "libcuda.so.1", "libnvrtc.so"), "libcublasLt.so", "pip install nvidia-cublas-cu12"},
		"old driver":  {"SIMGPU_DRIVER=11080", "CUDA 11.8, too old", "CUDA 12.0 or newer"},
	} {
		text, ok := another(t, "open", c.set)
		if ok || !strings.Contains(text, c.names) || !strings.Contains(text, c.cure) {
			t.Errorf("%s: the device opens: %v; it says %q, which should name %q and %q", name, ok, text, c.names, c.cure)
		}
	}
	if text, ok := another(t, "open", Libraries+"="+with(t, "libcuda.so.1", "libnvrtc.so"), "SIMGPU_DRIVER=13000"); ok || !strings.Contains(text, "pip install nvidia-cublas has it") {
		t.Errorf("a driver of CUDA 13 takes another wheel: %q", text)
	}
	for variant, says := range map[string]string{"9": `no "9" here; cuda has: cards 0; compute types f32, tf32, bf16, f16; eager`, "0,f7": `no "f7"`, "0,bf16,f16": "bf16 and f16 are two"} {
		if d, err := hw.Open("cuda:"+variant, hw.Options{}); err == nil || !strings.Contains(err.Error(), says) {
			if err == nil {
				d.Close()
			}
			t.Errorf("cuda:%s: %v, which should say %q", variant, err, says)
		}
	}
}

// with is a folder with some of the simulated device's libraries.
func with(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		if err := os.Symlink(filepath.Join(os.Getenv(Libraries), name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestNoFunction: a library that lacks a function, whichever, is an error that names
// both and the cure; none is called before all are there.
func TestNoFunction(t *testing.T) {
	for _, c := range []struct {
		list, library, cure string
		before, lacks       []string
	}{
		{"ABI_CUDA", "libcuda.so.1", "install the driver", nil, []string{"cuInit", "cuGraphLaunch", "cuLaunchKernel"}},
		{"ABI_NVRTC", "libnvrtc.so", "pip install nvidia-cuda-nvrtc", []string{"libcuda.so.1"}, []string{"nvrtcVersion", "nvrtcGetProgramLog"}},
		{"ABI_CUBLASLT", "libcublasLt.so", "pip install nvidia-cublas", []string{"libcuda.so.1", "libnvrtc.so"}, []string{"cublasLtCreate", "cublasLtMatmul"}},
	} {
		for _, lacks := range c.lacks {
			dir := with(t, c.before...)
			stub(t, filepath.Join(dir, c.library), c.list, lacks)
			if text, ok := another(t, "open", Libraries+"="+dir); ok || !strings.Contains(text, "lacks "+lacks+":") || !strings.Contains(text, c.cure) {
				t.Errorf("%s without %s: the device opens: %v; it says %q", c.library, lacks, ok, text)
			}
		}
	}
}

// stub makes a library with all functions of a list of abi.h but one. A call of any
// ends the process.
func stub(t *testing.T, path, list, lacks string) {
	t.Helper()
	dir := t.TempDir()
	text := fmt.Sprintf("#include \"abi.h\"\n#define STUB(result, name, parameters) void name(void) { __builtin_trap(); }\n#define %s another\n%s(STUB)\n", lacks, list)
	for name, text := range map[string]string{"abi.h": abi.Header, "stub.c": text} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command(cmp.Or(os.Getenv("CC"), "gcc"), "-shared", "-fPIC", "-o", path, filepath.Join(dir, "stub.c")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// TestTypeNeedsCard: a type that a card is too old for is an error that names which card has it.
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

// TestFullMemory: a full card is an error that reports how much is free and what to do.
func TestFullMemory(t *testing.T) {
	text, ok := another(t, "full", "SIMGPU_MEMORY=134217728")
	if ok || !strings.Contains(text, "memory is full: 256 MiB more") || !strings.Contains(text, "smaller batches") {
		t.Errorf("all is well: %v; it says %q", ok, text)
	}
}

// TestScopesTakeTurns: a scope's end makes room for the next, whose memory is zeroed.
func TestScopesTakeTurns(t *testing.T) {
	if text, ok := another(t, "turns", "SIMGPU_MEMORY=301989888"); !ok { // 288 MiB for eight of 64
		t.Error(text)
	}
}

// TestNearAccess: the simulated device knows the pieces that the arena hands out, not
// just the arena's own allocations.
func TestNearAccess(t *testing.T) {
	t.Parallel()
	text, ok := another(t, "near", "SIMGPU_CHECK=1")
	if ok || !strings.Contains(text, "gather") || !strings.Contains(text, "which is not in use") {
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
