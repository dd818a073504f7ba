//go:build cuda && cgo

package cuda

// #cgo CFLAGS: -O2 -Wall
// #cgo LDFLAGS: -ldl
// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"fmt"
	"os"
	"sync"
	"unsafe"
)

// failure is what a call of the shim returned.
type failure struct {
	result int
	text   string
}

func (f *failure) Error() string { return f.text }

// failed makes an error of the shim's answer, nil if it is 0.
func failed(number C.int) error {
	if number == 0 {
		return nil
	}
	var result C.int
	text := C.GoString(C.shimError(number, &result))
	return &failure{int(result), text}
}

// nvrtc is the compiler that libraries has opened.
var nvrtc *compiler

// libraries opens the three libraries once for the whole process.
var libraries = sync.OnceValue(func() error {
	folder := C.CString(os.Getenv(Libraries))
	defer C.free(unsafe.Pointer(folder))
	if err := failed(C.shimOpenDriver(folder)); err != nil {
		return fmt.Errorf("the NVIDIA driver does not open: %w; install the driver (nvidia-smi then shows the card), or set %s to the folder of libcuda.so.1", err, Libraries)
	}
	var version, cards C.int
	if err := failed(C.shimDriver(&version, &cards)); err != nil {
		return fmt.Errorf("the NVIDIA driver opens and then fails: %w; does nvidia-smi work?", err)
	}
	if version < oldest {
		return fmt.Errorf("the NVIDIA driver is for CUDA %d.%d, too old: CUDA 12.0 or newer is needed (driver 525 or newer)", version/1000, version%1000/10)
	}
	if cards == 0 {
		return fmt.Errorf("the NVIDIA driver is there and no card: does nvidia-smi list one, and does CUDA_VISIBLE_DEVICES hide it?")
	}
	var err error
	suffix := ""
	if version < 13000 {
		suffix = "-cu12"
	}
	if nvrtc, err = openCompiler(os.Getenv(Libraries), int(version)/1000); err != nil {
		return fmt.Errorf("NVRTC, the compiler of the kernels, does not open: %w; install CUDA %d's libnvrtc (pip install nvidia-cuda-nvrtc%s has it), or set %s to a folder with libcuda, libnvrtc and libcublasLt", err, version/1000, suffix, Libraries)
	}
	if err := failed(C.shimOpenCublasLt(folder, version/1000)); err != nil {
		return fmt.Errorf("cuBLASLt does not open: %w; install CUDA %d's libcublasLt (pip install nvidia-cublas%s has it), or set %s to a folder with libcuda, libnvrtc and libcublasLt", err, version/1000, suffix, Libraries)
	}
	return nil
})

// oldest is the driver's version that has all that abi.h lists.
const oldest = 12000

// Cards lists the cards of this machine by number, none without a driver.
func Cards() []string {
	if libraries() != nil {
		return nil
	}
	var version, cards C.int
	if C.shimDriver(&version, &cards) != 0 {
		return nil
	}
	var list []string
	for i := range int(cards) {
		list = append(list, fmt.Sprint(i))
	}
	return list
}
