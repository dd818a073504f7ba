//go:build cuda && cgo

package cuda

// #include "shim.h"
import "C"

import (
	"errors"
	"fmt"
)

// An arena's first allocation has at least leastChunk bytes, each further one twice
// as many up to mostChunk.
const (
	leastChunk = 2 << 20
	mostChunk  = 32 << 20
)

// align is where pieces begin: what cuBLASLt likes best.
const align = 256

// arena hands out pieces of large allocations, which the driver gets back together.
type arena struct {
	chunks []uint64
	bytes  int // of all chunks
	last   int // of the last chunk
	next   uint64
	left   int
}

// alloc returns zeroed memory of the scope. Where there is none, the device has failed.
func (s *scope) alloc(bytes int) *memory {
	s.alive()
	d, a, size := s.d, &s.arena, (max(bytes, 4)+align-1)/align*align
	if size > a.left {
		a.last = max(size, min(max(leastChunk, 2*a.last), mostChunk))
		a.next, a.left = s.more(a.last), a.last
		d.tell(a.next, a.last, 0)
	}
	if d.err != nil {
		return &memory{of: s, bytes: bytes}
	}
	at := a.next
	a.next, a.left = a.next+uint64(size), a.left-size
	d.tell(at, size, bytes)
	return &memory{of: s, at: at, bytes: bytes}
}

// tell informs a simulated card how many bytes of a piece are in use, so that it
// notices an access beyond them. What is recorded already may still be about the
// piece as it was.
func (d *device) tell(at uint64, size, bytes int) {
	if d.err == nil && d.simulated {
		d.play()
		d.check(C.shimPiece(d.context, C.CUdeviceptr(at), C.size_t(size), C.size_t(bytes), d.stream))
	}
}

// more takes a new allocation from the driver, zeroed.
func (s *scope) more(bytes int) uint64 {
	d := s.d
	var p C.CUdeviceptr
	if d.err != nil {
		return 0
	}
	if err := failed(C.shimAlloc(d.context, &p, C.size_t(bytes))); err != nil {
		d.fail(d.outOfMemory(err, bytes))
		return 0
	}
	s.arena.chunks, s.arena.bytes = append(s.arena.chunks, uint64(p)), s.arena.bytes+bytes
	d.held += int64(bytes)
	d.peak = max(d.peak, d.held)
	d.check(C.shimSet(d.context, p, 0, C.size_t(bytes), d.stream))
	return uint64(p)
}

func (d *device) outOfMemory(err error, bytes int) error {
	var f *failure
	if !errors.As(err, &f) || f.result != C.CUDA_ERROR_OUT_OF_MEMORY {
		return err
	}
	free, total := d.memory()
	const mib = 1 << 20
	return fmt.Errorf("the card's memory is full: %d MiB more are needed, %d of %d MiB are free (%w); take smaller batches, or see in nvidia-smi who else uses the card",
		(bytes+mib-1)/mib, free/mib, total/mib, err)
}

// memory returns how many bytes of the card are free, and how many it has.
func (d *device) memory() (free, total int) {
	var f, t C.size_t
	C.shimMemory(d.context, &f, &t)
	return int(f), int(t)
}

// end gives all memory back. Nothing that is queued may refer to it any more.
func (a *arena) end(d *device) {
	for _, p := range a.chunks {
		C.shimFree(d.context, C.CUdeviceptr(p))
	}
	d.held -= int64(a.bytes)
	*a = arena{}
}
