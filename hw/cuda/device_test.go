//go:build cuda && cgo

package cuda

import (
	"fmt"
	"os"
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

// TestDevice holds the device to the words of package hw, in each compute type to
// the tolerance that follows from it.
func TestDevice(t *testing.T) {
	for _, kind := range []hw.Type{hw.F32, hw.TF32, hw.BF16, hw.F16} {
		t.Run(string(kind), func(t *testing.T) {
			hwtest.Test(t, func(o hw.Options) (hw.Device, error) {
				if o.Type == "" {
					o.Type = kind
				}
				return Open("", o)
			})
		})
	}
}
