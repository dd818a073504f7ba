//go:build !cuda || !cgo

package cuda

import (
	"errors"

	"ltpbench/hw"
)

// Cards lists the cards of this machine by number: none in this build.
func Cards() []string { return nil }

// openDevice reports how to get a build that has the device.
func openDevice(hw.Options) (hw.Device, error) {
	return nil, errors.New("device cuda is not in this build: build with CGO_ENABLED=1 go build -tags cuda ./cmd/ltpbench (a C compiler is needed, CUDA is not)")
}
