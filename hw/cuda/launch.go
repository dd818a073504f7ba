//go:build cuda && cgo

package cuda

// #include "shim.h"
import "C"

import "math"

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

// launch queues a kernel. Whole numbers and addresses stand for themselves among
// args, other values are wrapped by real. Nothing is queued without blocks or after an error.
func (d *device) launch(kernel string, g grid, args ...uint64) {
	if d.err != nil || g.x*g.y*g.z == 0 {
		return
	}
	k, ok := d.kernels[kernel]
	if !ok || k.threads != g.threads*g.rows {
		panic("cuda: there is no such kernel with blocks of this size: " + kernel)
	}
	copy(d.args, args)
	d.check(C.shimLaunch(d.context, k.function, C.uint(g.x), C.uint(g.y), C.uint(g.z), C.uint(g.threads), C.uint(g.rows),
		(*C.uint64_t)(&d.args[0]), C.int(len(args)), d.stream))
}

// real is a float32 among a kernel's arguments.
func real(x float32) uint64 { return uint64(math.Float32bits(x)) }

// set fills memory with a byte.
func (d *device) set(at uint64, value byte, bytes int) {
	if d.err == nil && bytes > 0 {
		d.check(C.shimSet(d.context, C.CUdeviceptr(at), C.uchar(value), C.size_t(bytes), d.stream))
	}
}

// copyOf copies on the card.
func (d *device) copyOf(to, from uint64, bytes int) {
	if d.err == nil && bytes > 0 {
		d.check(C.shimCopy(d.context, C.CUdeviceptr(to), C.CUdeviceptr(from), C.size_t(bytes), d.stream))
	}
}
