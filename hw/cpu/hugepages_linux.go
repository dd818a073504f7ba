package cpu

import (
	"syscall"
	"unsafe"
)

// hugePages asks for huge pages behind x, which fills them. It is a hint: a system
// without them works as well, only slower.
func hugePages(x []float32) {
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
	_ = syscall.Madvise(bytes, 14) // MADV_HUGEPAGE; its error says that there are none
}
