package abi

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestHeaders holds abi.h against NVIDIA's headers of CUDA 12 and 13, which the
// folder that .ci/cuda-wheels prints has. A wrong value, and a wrong prototype,
// have to be seen.
func TestHeaders(t *testing.T) {
	const variable = "LTPBENCH_CUDA_WHEELS"
	wheels := os.Getenv(variable)
	if wheels == "" {
		t.Skip(variable + " is not set: .ci/cuda-wheels prints what to set it to")
	}
	for release, with := range map[string]string{"CUDA 12": "12", "CUDA 13": "13"} {
		if out, err := check(t, Header, wheels, with); err != nil {
			t.Errorf("abi.h is not %s's: %v\n%s", release, err, out)
		}
		for what, edit := range map[string]*strings.Replacer{
			"a bit":       strings.NewReplacer("SwPowerCap, 0x4", "SwPowerCap, 0x8"),
			"a value":     strings.NewReplacer("CU_FUNC_ATTRIBUTE_NUM_REGS, 4", "CU_FUNC_ATTRIBUTE_NUM_REGS, 5"),
			"a parameter": strings.NewReplacer("(CUevent *event, unsigned int flags)", "(CUevent *event, int flags)"),
			"a size":      strings.NewReplacer("typedef unsigned long long CUdeviceptr;", "typedef unsigned int CUdeviceptr;"),
		} {
			broken := edit.Replace(Header)
			if broken == Header {
				t.Fatalf("%s: there is nothing to break", what)
			}
			if _, err := check(t, broken, wheels, with); err == nil {
				t.Errorf("%s: %s that is wrong is not seen", release, what)
			}
		}
	}
}

// check compiles testdata/check.cc with a header of ours beside it.
func check(t *testing.T, header, wheels, release string) ([]byte, error) {
	t.Helper()
	dir := t.TempDir()
	text, err := os.ReadFile("testdata/check.cc")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "testdata"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"abi.h": []byte(header), "testdata/check.cc": text} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	compiler := "g++"
	if c := os.Getenv("CXX"); c != "" {
		compiler = c
	}
	return exec.Command(compiler, "-std=c++17", "-fsyntax-only", "-I", filepath.Join(wheels, "cuda"+release), "-I", filepath.Join(wheels, "nvrtc"+release),
		filepath.Join(dir, "testdata/check.cc")).CombinedOutput()
}
