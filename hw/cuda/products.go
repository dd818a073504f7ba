//go:build cuda && cgo

package cuda

// #include "shim.h"
import "C"

import (
	"fmt"
	"math/bits"
	"unsafe"

	"ltpbench/hw"
)

// products are cuBLASLt's: a plan for each shape met, and its working memory.
type products struct {
	lt        C.cublasLtHandle_t
	plans     map[C.shimShape]*C.shimPlan
	workspace *memory
}

func (d *device) openProducts() {
	if d.err != nil {
		return
	}
	var version C.size_t
	d.check(C.shimLt(d.context, &d.lt, &version))
	d.plans = map[C.shimShape]*C.shimPlan{}
	// what NVIDIA's manual recommends: 32 MiB from Hopper on, 4 MiB before
	bytes := 4 << 20
	if d.major >= 9 {
		bytes = 32 << 20
	}
	d.workspace = &memory{of: d.scope, at: d.more(bytes), bytes: bytes}
	d.session = C.shimSession{context: d.context, stream: d.stream, lt: d.lt, workspace: C.CUdeviceptr(d.workspace.at)}
}

func (d *device) closeProducts() {
	for _, p := range d.plans {
		C.shimPlanFree(d.context, p)
	}
	if d.lt != nil {
		C.shimCloseLt(d.context, d.lt)
	}
	d.products = products{}
}

// factor is a matrix of a product as cuBLASLt sees it: columns one after another,
// so that our rows are its columns. turned means that the product takes the transpose.
type factor struct {
	at     uint64
	pitch  int // elements from one column to the next
	turned bool
}

// multiply records to(n rows of m) = scale·a·b, plus bias if there is one, plus
// what is there if accumulate. In cuBLASLt's words to is m×n, a m×k and b k×n.
// low: the factors are in 16 bits; narrow: the result and the bias are, too.
// scale is where a power of two stands on the card, 0 for 1; then the betas 0 and 1 follow it.
func (d *device) multiply(to uint64, a, b factor, m, n, k int, low, narrow, accumulate bool, bias, scale uint64) {
	if d.err != nil || m == 0 || n == 0 {
		return
	}
	s := C.shimShape{
		m: C.uint64_t(m), n: C.uint64_t(n), k: C.uint64_t(k), lda: C.int64_t(a.pitch), ldb: C.int64_t(b.pitch), ldd: C.int64_t(m),
		transA: flag(a.turned), transB: flag(b.turned), _type: C.CUDA_R_32F, compute: C.CUBLAS_COMPUTE_32F,
		bias: flag(bias != 0), accumulate: flag(accumulate), deviceAlpha: flag(scale != 0),
		alignA: alignment(a.at), alignB: alignment(b.at), alignD: alignment(to), workspace: C.size_t(d.workspace.bytes),
	}
	switch {
	case d.o.Type == hw.TF32:
		s.compute = C.CUBLAS_COMPUTE_32F_FAST_TF32
	case low && d.o.Type == hw.BF16:
		s._type = C.CUDA_R_16BF
	case low:
		s._type = C.CUDA_R_16F
	}
	s.to = C.CUDA_R_32F
	if narrow {
		s.to = s._type
	}
	plan := d.plans[s]
	if plan == nil {
		if plan = d.plan(s, bias); plan == nil {
			return
		}
	}
	d.record(C.SHIM_PRODUCT, handle(unsafe.Pointer(plan)), a.at, b.at, to, bias, scale)
}

// plan has cuBLASLt choose a way for a shape that is met for the first time.
func (d *device) plan(s C.shimShape, bias uint64) *C.shimPlan {
	var plan *C.shimPlan
	if err := failed(C.shimPlanMake(d.context, d.lt, &s, C.CUdeviceptr(bias), &plan)); err != nil {
		d.fail(fmt.Errorf("a product of %d×%d and %d×%d in %s: %w", s.m, s.k, s.k, s.n, d.o.Type, err))
		return nil
	}
	d.plans[s] = plan
	return plan
}

func flag(yes bool) C.int {
	if yes {
		return 1
	}
	return 0
}

// alignment is the largest power of two, up to 256, that an address is a multiple of.
func alignment(at uint64) C.int { return 1 << min(8, bits.TrailingZeros64(at)) }

// low reports whether products take 16-bit numbers.
func (d *device) low() bool { return d.o.Type == hw.BF16 || d.o.Type == hw.F16 }

// pitch is a number of columns rounded up so that 16-bit rows begin at 16 bytes;
// the columns added are 0 and add nothing.
func pitch(cols int) int { return (cols + 7) / 8 * 8 }

// cast writes a matrix in 16-bit numbers to `to`, divided by the power of two at scale, if any.
func (d *device) cast(to, from, scale uint64, rows, cols int) {
	kernel := "cast_bf16"
	if d.o.Type == hw.F16 {
		kernel = "cast_f16"
	}
	d.launch(kernel, elementGrid(rows*pitch(cols)), to, from, scale, uint64(rows), uint64(cols), uint64(pitch(cols)))
}
