package cpu

import (
	"syscall"
	"unsafe"
)

// hugePages asks for huge pages behind x, which fills them: for what is touched from
// now on, and for what was before, since the garbage collector gives out memory anew.
// It is a hint: a system without them works as well, only slower.
func hugePages(x []float32) {
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
	for _, advice := range []int{14, 25} { // MADV_HUGEPAGE, MADV_COLLAPSE
		_ = syscall.Madvise(bytes, advice) // an error says that there are none
	}
}
