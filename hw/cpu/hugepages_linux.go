package cpu

import (
	"syscall"
	"unsafe"
)

// hugePages asks for huge pages behind x, which is a hint: a system without them
// works as well, only slower.
func hugePages(x []float32) {
	const size = 2 << 20
	begin := uintptr(unsafe.Pointer(unsafe.SliceData(x)))
	skip := int(-begin%size) / 4
	if skip >= len(x) {
		return
	}
	if whole := (len(x) - skip) / (size / 4) * (size / 4); whole > 0 {
		bytes := unsafe.Slice((*byte)(unsafe.Pointer(&x[skip])), 4*whole)
		_ = syscall.Madvise(bytes, 14) // MADV_HUGEPAGE; its error says that there are none
	}
}
