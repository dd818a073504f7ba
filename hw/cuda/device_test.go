//go:build cuda && cgo

package cuda

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/hw/cuda/simgpu"
	"ltpbench/hw/hwtest"
)

// TestMain has the tests run on the simulated device unless the environment names
// other libraries.
func TestMain(m *testing.M) {
	if os.Getenv(Libraries) == "" {
		folder, err := simgpu.Build()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Setenv(Libraries, folder)
	}
	if play() {
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// kind is the environment variable that has TestDevice take another compute type.
const kind = "LTPBENCH_CUDA_TEST_TYPE"

// TestDevice holds the device to the words of package hw, in a compute type to the
// tolerance that follows from it.
func TestDevice(t *testing.T) {
	taken := cmp.Or(hw.Type(os.Getenv(kind)), hw.F32)
	hwtest.Test(t, func(o hw.Options) (hw.Device, error) {
		o.Type = cmp.Or(o.Type, taken)
		return hw.Open("cuda", o)
	})
}

// TestTypes does so in the other compute types, each in a separate process: a
// simulated device has but one thread.
func TestTypes(t *testing.T) {
	t.Parallel()
	for _, other := range []hw.Type{hw.TF32, hw.BF16, hw.F16} {
		t.Run(string(other), func(t *testing.T) {
			t.Parallel()
			tests(t, "^TestDevice$", "", kind+"="+string(other))
		})
	}
}

// tests runs some of this binary's tests, and not others, in a separate process.
func tests(t *testing.T, which, not string, environment ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+which, "-test.skip="+not, "-test.timeout=30m")
	cmd.Env = append(os.Environ(), environment...)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.HasSuffix(string(out), "PASS\n") || strings.Contains(string(out), "no tests to run") {
		t.Errorf("%v: %v\n%s", environment, err, out)
	}
}
