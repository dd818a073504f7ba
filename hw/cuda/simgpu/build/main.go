// Command build compiles the simulated CUDA device, if need be, and prints the
// folder that it lies in:
//
//	LTPBENCH_CUDA_LIBRARIES=$(go run ./hw/cuda/simgpu/build) ltpbench ls devices
package main

import (
	"fmt"
	"os"

	"ltpbench/hw/cuda/simgpu"
)

func main() {
	dir, err := simgpu.Build()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(dir)
}
