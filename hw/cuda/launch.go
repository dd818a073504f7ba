//go:build cuda && cgo

package cuda

// #include "shim.h"
import "C"

import (
	"math"
	"unsafe"
)

// grid is the number of blocks and the threads of each.
type grid struct{ x, y, z, threads, rows int }

// rowGrid gives every row a warp, four to a block.
func rowGrid(rows int) grid { return grid{(rows + 3) / 4, 1, 1, 32, 4} }

// elementGrid gives every element a thread.
func elementGrid(n int) grid { return grid{(n + 255) / 256, 1, 1, 256, 1} }

// columnGrid gives every column 16 threads.
func columnGrid(cols int) grid { return grid{(cols + 31) / 32, 1, 1, 32, 16} }

// oneBlock is a single block of 256 threads.
var oneBlock = grid{1, 1, 1, 256, 1}

// launch records a kernel. Whole numbers and addresses stand for themselves among
// args, other values are wrapped by real. Without blocks or after an error it does nothing.
func (d *device) launch(kernel string, g grid, args ...uint64) {
	if d.settle(); d.err != nil || g.x*g.y*g.z == 0 {
		return
	}
	k, ok := d.kernels[kernel]
	if !ok || k.threads != g.threads*g.rows {
		panic("cuda: there is no such kernel with blocks of this size: " + kernel)
	}
	head := [...]uint64{handle(unsafe.Pointer(k.function)), uint64(g.x), uint64(g.y), uint64(g.z), uint64(g.threads), uint64(g.rows)}
	d.args = append(append(d.args[:0], head[:]...), args...)
	d.record(C.SHIM_LAUNCH, d.args...)
}

// handle is one of the driver's or the shim's own as a word: no memory of Go's.
func handle(p unsafe.Pointer) uint64 { return uint64(uintptr(p)) }

// real is a float32 among a kernel's arguments.
func real(x float32) uint64 { return uint64(math.Float32bits(x)) }

// set fills memory with a byte.
func (d *device) set(at uint64, value byte, bytes int) {
	if bytes > 0 {
		d.record(C.SHIM_SET, at, uint64(value), uint64(bytes))
	}
}

// copyOf copies on the card.
func (d *device) copyOf(to, from uint64, bytes int) {
	if bytes > 0 {
		d.record(C.SHIM_COPY, to, from, uint64(bytes))
	}
}
