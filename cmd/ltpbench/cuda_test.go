//go:build cuda && cgo

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ltpbench/hw/cuda"
	"ltpbench/hw/cuda/simgpu"
)

// onSimulatedGPU runs the program with the simulated device.
func onSimulatedGPU(t *testing.T, args ...string) (out string) {
	t.Helper()
	folder, err := simgpu.Build()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(cuda.Libraries, folder)
	var stdout, stderr bytes.Buffer
	if code := run(args, strings.NewReader(""), &stdout, &stderr); code != 0 {
		t.Fatalf("%v: exit status %d\n%s%s", args, code, stdout.String(), stderr.String())
	}
	return stdout.String()
}

// TestSweepOnGPU: a sweep on the simulated device, and a record that cannot be
// mistaken for a card's.
func TestSweepOnGPU(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("SIMGPU_NVML", "sm=1410,memory=1593,celsius=61,reasons=0x4")
	onSimulatedGPU(t, "sweep", "--device", "cuda", "--limit", "2", "--rounds", "1", "--latency", "1", "-o", dir)
	record, err := os.ReadFile(filepath.Join(dir, "sweep.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"device: cuda\n", "gpu: Simulated GPU (simgpu)\n", "type: f32\n", "spec=threshold:", "spec=topk:",
		"gpu-condition: read, without power (NVML: Not Supported)\n", "BenchmarkCard/when=begin/throttled=power-cap-", " 1410 sm-MHz 1593 memory-MHz 61 celsius\n", "BenchmarkCard/when=timing", "BenchmarkCard/when=end"} {
		if !strings.Contains(string(record), want) {
			t.Errorf("the record does not say %q:\n%s", want, record)
		}
	}
	if strings.Contains(string(record), "select=host") {
		t.Error("a rule was decided on the host")
	}
}

// TestGPUCheck: the whole path of gpu-check, short.
func TestGPUCheck(t *testing.T) {
	report := filepath.Join(t.TempDir(), "report.txt")
	t.Setenv("SIMGPU_NVML", "sm=210")
	out := onSimulatedGPU(t, "gpu-check", "--examples", "2", "--points", "2", "--time", "0s", "--oracle", "../../model/testdata/oracle", "-o", report)
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"THIS DEVICE IS SIMULATED", "== capabilities", "== conformance", "repeatable", "== oracle", "bert-24x16", "== agreement", "topk", "times are not measured",
		"== CUDA Graphs", "both have run",
		"before: 210 MHz, unavailable: ", "after: 210 MHz, unavailable: "} {
		if !strings.Contains(string(text), want) || !strings.Contains(out, want) {
			t.Errorf("the report does not say %q", want)
		}
	}
	if strings.Contains(string(text), "FAILED") || strings.Contains(string(text), "MISSING") || strings.Contains(string(text), "GB/s") {
		t.Errorf("the report says\n%s", text)
	}
}

// TestListGPU: ls devices tells of the card.
func TestListGPU(t *testing.T) {
	if out := onSimulatedGPU(t, "ls", "devices"); !strings.Contains(out, "here: 0") {
		t.Errorf("ls devices says\n%s", out)
	}
}
