package cpu

import (
	"fmt"
	"syscall"
	"unsafe"
)

// pages returns n zeroed floats straight from the system, so that unmap gives them
// back at once.
func pages(n int) []float32 {
	bytes, err := syscall.Mmap(-1, 0, 4*n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil { // as where make finds no memory
		panic(fmt.Sprintf("cpu: no memory for %d MiB: %v", 4*n>>20, err))
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(bytes))), n)
}

// unmap gives back what pages returned.
func unmap(x []float32) {
	if err := syscall.Munmap(asBytes(x)); err != nil {
		panic("cpu: memory is given back that is not held")
	}
}

// hugePages asks for huge pages behind x, which fills them and has not been touched.
// It is a hint: a system without them works as well, only slower.
func hugePages(x []float32) {
	const MADV_HUGEPAGE = 14
	_ = syscall.Madvise(asBytes(x), MADV_HUGEPAGE) // an error means that there are none
}

func asBytes(x []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
}
