// Package cuda is an NVIDIA GPU as a device. With the build tag cuda and cgo it
// holds a thin C shim that opens the driver, NVRTC and cuBLASLt while the program
// runs, so that building needs a C compiler alone. Kernels are CUDA text that is
// compiled for the card at hand when it is first opened. Without the tag there
// is a stub that reports how to build.
//
// Products are cuBLASLt's, everything else is ours: see kernels.
package cuda

import "ltpbench/hw"

// Libraries is the environment variable that names the folder of libcuda,
// libnvrtc and libcublasLt, for installations that the system does not know and
// for the simulated device; unset, the system's own are taken.
const Libraries = "LTPBENCH_CUDA_LIBRARIES"

func init() {
	hw.Register(hw.Driver{
		Name:     "cuda",
		Doc:      "an NVIDIA GPU, float32; cuda:N uses card N, cuda:bf16 (or tf32, f16) another type of products, cuda:eager runs without CUDA Graphs; options combine, as in cuda:N,bf16,eager",
		Open:     openDevice,
		Types:    []hw.Type{hw.F32, hw.TF32, hw.BF16, hw.F16},
		Variant:  "cards",
		Variants: Cards,
		Eager:    true,
	})
}
