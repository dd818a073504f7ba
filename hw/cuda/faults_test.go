//go:build cuda && cgo

package cuda

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/hw"
)

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
	for variant, says := range map[string]string{"9": `no card "9"`, "x": `no card "x"`, "0,f7": "not in f7", "f7": "f7", "0,bf16,f16": "not in bf16,f16", "eager,0": "not in 0"} {
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

// TestMemoryIsUsedAgain: what nothing refers to any more makes room, and comes zeroed.
func TestMemoryIsUsedAgain(t *testing.T) {
	if text, ok := another(t, "again", "SIMGPU_MEMORY=301989888"); !ok { // 288 MiB for eight of 64
		t.Error(text)
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
