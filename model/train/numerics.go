package train

import (
	"fmt"
	"runtime"

	"ltpbench/hw"
)

// numerics are the versions of the CPU's kernel paths. One is raised when the bits of
// a training on that path change, whether by a kernel or by what runs around it:
// weights that an older version has trained are then not taken for this one's.
var numerics = map[string]int{"generic": 1, "avx2": 1, "avx512": 1}

// cardNumerics is the same for all cards.
const cardNumerics = 1

// sum is x·y + z, which a compiler may round once or twice.
//
//go:noinline
func sum(x, y, z float64) float64 { return x*y + z }

// architecture is GOARCH; for amd64 with whether the compiler has fused products and sums,
// as it does from GOAMD64=v3 on, which rounds otherwise.
func architecture() string {
	if runtime.GOARCH == "amd64" && sum(1+1.0/(1<<30), 1+1.0/(1<<30), -1-1.0/(1<<29)) != 0 {
		return "amd64fma"
	}
	return runtime.GOARCH
}

// Numerics names what determines the bits of a training on a device beside recipe,
// weights and text: the kernel path with its version, the compute type, and on a card
// the card, whose libraries choose their kernels by it. Build, processor and number of
// threads do not matter.
func Numerics(d hw.Device) string {
	i := d.Info()
	if i.Threads == 0 {
		return fmt.Sprintf("%s-%d %s %s", i.Kernel, cardNumerics, i.Type, i.Model)
	}
	return fmt.Sprintf("%s/%s-%d %s", architecture(), i.Kernel, numerics[i.Kernel], i.Type)
}
