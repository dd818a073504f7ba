package model

import (
	"io/fs"
	"os"
	"syscall"
	"unsafe"
)

// mapFile maps a whole file of the system's; false if it is none or that does not work.
func mapFile(f fs.File) ([]byte, bool) {
	file, ok := f.(*os.File)
	if !ok {
		return nil, false
	}
	info, err := file.Stat()
	if err != nil || info.Size() <= 0 || int64(int(info.Size())) != info.Size() {
		return nil, false
	}
	data, err := syscall.Mmap(int(file.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_PRIVATE)
	return data, err == nil
}

func unmapFile(data []byte) { _ = syscall.Munmap(data) } // an error is a caller's bug

// dropPages lets go of the whole pages of a piece of a mapped file.
func dropPages(piece []byte) {
	page := os.Getpagesize()
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(piece)))) & (page - 1)
	if whole := (len(piece) - skip) &^ (page - 1); skip < len(piece) && whole > 0 {
		_ = syscall.Madvise(piece[skip:skip+whole], syscall.MADV_DONTNEED) // a hint
	}
}
