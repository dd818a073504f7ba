//go:build cuda && cgo

package cuda

// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"unsafe"

	"ltpbench/internal/atomicfile"
)

// compiler is NVRTC as it was found: its release and the architectures it knows.
type compiler struct {
	nvrtc        *C.shimNVRTC
	major, minor int
	archs        []int // such as 75, ascending
}

// openCompiler opens NVRTC of a release in a folder, or where the system has it if
// it is empty.
func openCompiler(folder string, release int) (*compiler, error) {
	path := C.CString(folder)
	defer C.free(unsafe.Pointer(path))
	c := &compiler{}
	if err := failed(C.shimOpenNVRTC(path, C.int(release), &c.nvrtc)); err != nil {
		return nil, err
	}
	var archs [128]C.int
	var count, major, minor C.int
	if err := failed(C.shimArchs(c.nvrtc, &archs[0], C.int(len(archs)), &count, &major, &minor)); err != nil {
		return nil, err
	}
	c.major, c.minor = int(major), int(minor)
	for _, a := range archs[:count] {
		c.archs = append(c.archs, int(a))
	}
	return c, nil
}

// arch returns what to compile for on a card of compute capability major.minor:
// the newest known architecture of the card's generation that is not newer than
// the card, for within a generation older code runs.
func (c *compiler) arch(major, minor int) (int, error) {
	best := 0
	for _, a := range c.archs {
		if a/10 == major && a%10 <= minor {
			best = max(best, a)
		}
	}
	if best == 0 {
		return 0, fmt.Errorf("NVRTC %d.%d does not know the card's architecture sm_%d%d, only %v: install the NVRTC of another CUDA release (newer for a new card, CUDA 12 for cards older than sm_75)",
			c.major, c.minor, major, minor, c.archs)
	}
	return best, nil
}

// compile returns a module's cubin for an architecture and the compiler's log.
func (c *compiler) compile(m module, arch int, options ...string) (cubin []byte, log string, err error) {
	text, name := C.CString(m.source()), C.CString(m.file+".cu")
	defer C.free(unsafe.Pointer(text))
	defer C.free(unsafe.Pointer(name))
	var list []*C.char
	for _, o := range append([]string{fmt.Sprintf("--gpu-architecture=sm_%d", arch), "--std=c++17", "--device-as-default-execution-space"}, options...) {
		s := C.CString(o)
		defer C.free(unsafe.Pointer(s))
		list = append(list, s)
	}
	var out, said *C.char
	var bytes C.size_t
	err = failed(C.shimCompile(c.nvrtc, text, name, &list[0], C.int(len(list)), &out, &bytes, &said))
	defer C.free(unsafe.Pointer(out))
	defer C.free(unsafe.Pointer(said))
	if said != nil {
		log = C.GoString(said)
	}
	if err != nil {
		return nil, log, fmt.Errorf("%s.cu does not compile for sm_%d: %w\n%s", m.file, arch, err, log)
	}
	return C.GoBytes(unsafe.Pointer(out), C.int(bytes)), log, nil
}

// cached is compile through the user's cache, where there is one. A cubin's file
// is written whole or not at all, and its name is a hash of all that it is made
// of: text, architecture, compiler and, for the simulated one, what it is to check.
func (c *compiler) cached(m module, arch int) ([]byte, error) {
	path := cachePath(fmt.Sprintf("%s sm_%d NVRTC %d.%d %s %s", m.source(), arch, c.major, c.minor, os.Getenv(Libraries), os.Getenv("SIMGPU_CHECK")))
	if cubin, err := os.ReadFile(path); err == nil && intact(cubin) {
		return cubin[:len(cubin)-sha256.Size], nil
	}
	cubin, _, err := c.compile(m, arch)
	if err != nil {
		return nil, err
	}
	if path != "" && os.MkdirAll(filepath.Dir(path), 0o755) == nil {
		sum := sha256.Sum256(cubin)
		_ = atomicfile.Write(path, append(cubin[:len(cubin):len(cubin)], sum[:]...)) // without the file the next start compiles again
	}
	return cubin, nil
}

// intact reports whether a cached file ends in the hash of what stands before it.
func intact(file []byte) bool {
	n := len(file) - sha256.Size
	return n > 0 && sha256.Sum256(file[:n]) == [sha256.Size]byte(file[n:])
}

// cachePath returns the file of what key describes, empty without a cache folder.
func cachePath(key string) string {
	folder, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(folder, "ltpbench", "cuda", fmt.Sprintf("%x.cubin", sha256.Sum256([]byte(key))))
}
