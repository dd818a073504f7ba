//go:build cuda && cgo

package cuda

// #include "shim.h"
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"
)

// chunkBytes is how much the arena asks the driver for at a time.
const chunkBytes = 32 << 20

// arena hands out pieces of large allocations, which are the driver's again with
// Close. A piece that nothing in the program refers to any more is used again for
// one of the same size: a sweep that makes one model after the other needs room
// for one or two. All work is in one stream, so the new owner's comes after the old one's.
type arena struct {
	chunk   int
	chunks  []uint64
	next    uint64
	left    int
	spare   *spare
	outside bool // of an operation: see again
}

// spare is the pieces to be used again, by size. The collector's goroutine fills it.
type spare struct {
	sync.Mutex
	of map[int][]uint64
}

// piece is where a piece is, and its size in the arena.
type piece struct {
	at   uint64
	size int
}

func (s *spare) give(p piece) {
	s.Lock()
	defer s.Unlock()
	s.of[p.size] = append(s.of[p.size], p.at)
}

func (s *spare) take(size int) (at uint64, ok bool) {
	s.Lock()
	defer s.Unlock()
	list := s.of[size]
	if len(list) == 0 {
		return 0, false
	}
	s.of[size] = list[:len(list)-1]
	return list[len(list)-1], true
}

// align is where pieces begin: what cuBLASLt likes best.
const align = 256

// size is how many bytes a piece has in the arena.
func (a *arena) size(bytes int) int {
	return (max(bytes, 4) + align - 1) / align * align
}

// again returns zeroed memory for the caller of the device, a spare piece if there
// is one. Operations take theirs from alloc: they may hold the address of a piece
// that nothing else refers to.
func (d *device) again(bytes int) *memory {
	size := d.arena.size(bytes)
	at, ok := d.arena.spare.take(size)
	if !ok || d.err != nil {
		d.arena.outside = true
		m := d.alloc(bytes)
		d.arena.outside = false
		return m
	}
	m := d.keep(at, bytes)
	d.set(at, 0, bytes)
	return m
}

// keep makes a piece the memory of whoever holds on to it.
func (d *device) keep(at uint64, bytes int) *memory {
	m, size := &memory{at, bytes}, d.arena.size(bytes)
	d.tell(at, size, bytes)
	runtime.AddCleanup(m, d.arena.spare.give, piece{at, size})
	return m
}

// tell has a simulated card know how many bytes of a piece are in use, so that it
// sees an access beyond them. What is recorded already may still be about the
// piece as it was.
func (d *device) tell(at uint64, size, bytes int) {
	if d.err == nil && d.Simulated() {
		d.play()
		d.check(C.shimPiece(d.context, C.CUdeviceptr(at), C.size_t(size), C.size_t(bytes), d.stream))
	}
}

// alloc returns zeroed memory. Where there is none, the device has failed.
func (d *device) alloc(bytes int) *memory {
	a, size := &d.arena, d.arena.size(bytes)
	if size > a.chunk/2 {
		at := d.more(size)
		if d.err != nil {
			return &memory{bytes: bytes}
		}
		return d.keep(at, bytes)
	}
	if size > a.left {
		a.next, a.left = d.more(a.chunk), a.chunk
		d.tell(a.next, a.chunk, 0)
	}
	if d.err != nil {
		return &memory{bytes: bytes}
	}
	at := a.next
	a.next += uint64(size)
	a.left -= size
	return d.keep(at, bytes)
}

// more takes a new allocation from the driver, zeroed.
func (d *device) more(bytes int) uint64 {
	var p C.CUdeviceptr
	if d.err != nil {
		return 0
	}
	if err := failed(C.shimAlloc(d.context, &p, C.size_t(bytes))); err != nil {
		if d.arena.outside {
			if at, ok := d.collected(bytes); ok {
				return at
			}
		}
		d.fail(d.outOfMemory(err, bytes))
		return 0
	}
	d.arena.chunks = append(d.arena.chunks, uint64(p))
	d.check(C.shimSet(d.context, p, 0, C.size_t(bytes), d.stream))
	return uint64(p)
}

// collected looks for a spare piece after the collector has run, which may not
// have been for long: what the program holds of the card is small on the host.
func (d *device) collected(bytes int) (at uint64, ok bool) {
	for range 2 {
		runtime.GC()
		time.Sleep(20 * time.Millisecond) // its cleanups run on their own
		if at, ok = d.arena.spare.take(bytes); ok {
			d.tell(at, bytes, bytes)
			d.set(at, 0, bytes)
			return at, true
		}
	}
	return 0, false
}

func (d *device) outOfMemory(err error, bytes int) error {
	var f *failure
	if !errors.As(err, &f) || f.result != C.CUDA_ERROR_OUT_OF_MEMORY {
		return err
	}
	var free, total C.size_t
	C.shimMemory(d.context, &free, &total)
	const mib = 1 << 20
	return fmt.Errorf("the card's memory is full: %d MiB more are needed, %d of %d MiB are free (%w); take smaller batches, or see in nvidia-smi who else uses the card",
		(bytes+mib-1)/mib, free/mib, total/mib, err)
}

func (a *arena) free(d *device) {
	for _, p := range a.chunks {
		C.shimFree(d.context, C.CUdeviceptr(p))
	}
	a.chunks, a.next, a.left = nil, 0, 0
}
