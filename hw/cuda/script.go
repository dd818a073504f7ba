//go:build cuda && cgo

package cuda

// #include "shim.h"
import "C"

import "unsafe"

// script is calls that are recorded and not yet in the stream. They are played when
// the host is about to wait or to copy, and when they have become many: a card is
// not to wait for long. What is played again and again becomes a graph.
type script struct {
	words []uint64 // see shimPlay
	calls int
	most  int // 1: each call is played at once
}

// mostCalls is how many calls are recorded at most. A card begins that much later,
// some microseconds, and a graph saves that many launches.
const mostCalls = 64

// record adds a call.
func (d *device) record(kind int, words ...uint64) {
	if d.settle(); d.err != nil {
		return
	}
	if kind != C.SHIM_PRODUCT {
		d.lowered.of = 0
	}
	s := &d.script
	s.words = append(append(s.words, uint64(kind|len(words)<<8)), words...)
	if s.calls++; s.calls >= s.most {
		d.play()
	}
}

// play puts what is recorded into the stream, in order.
func (d *device) play() {
	d.settle()
	s := &d.script
	if s.calls > 0 && d.err == nil && !d.graphs.replay(d) {
		d.check(C.shimPlay(&d.session, word(s.words), C.size_t(len(s.words))))
	}
	s.words, s.calls = s.words[:0], 0
}

func word(words []uint64) *C.uint64_t { return (*C.uint64_t)(unsafe.Pointer(&words[0])) }
