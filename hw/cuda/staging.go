//go:build cuda && cgo

package cuda

// #include "shim.h"
import "C"

import (
	"unsafe"

	"ltpbench/hw"
)

// half is the size of each of the two halves of the memory that copies to the
// card go through.
const half = 1 << 20

// arrived is the event of what StartRead copies.
const arrived = 2

// staging is pinned host memory, through which copies run without the host
// waiting. What is written is copied into one half while the other may still be
// on its way; a half's event says when it has arrived.
type staging struct {
	up, down  unsafe.Pointer
	started   unsafe.Pointer // where StartRead copies to
	faultHost unsafe.Pointer
	events    [3]C.CUevent // of the two halves, and arrived
	reading   hw.Ints      // what StartRead was asked for
	current   int          // the half being filled
	used      int          // bytes of it
}

func (d *device) openStaging() {
	if d.err != nil {
		return
	}
	d.check(C.shimPinned(d.context, &d.up, 2*half))
	d.check(C.shimPinned(d.context, &d.down, 2*half+align))
	for i := range d.events {
		d.check(C.shimEvent(d.context, &d.events[i], 0))
	}
	if d.err == nil {
		d.started, d.faultHost = unsafe.Add(d.down, half), unsafe.Add(d.down, 2*half)
	}
}

func (d *device) closeStaging() {
	for _, p := range []unsafe.Pointer{d.up, d.down} {
		if p != nil {
			C.shimUnpin(d.context, p)
		}
	}
	for _, e := range d.events {
		if e != nil {
			C.shimCloseEvent(d.context, e)
		}
	}
	d.staging = staging{}
}

// upload copies from the host; src may change afterwards.
func (d *device) upload(to uint64, from unsafe.Pointer, bytes int) {
	d.play()
	d.lowered.of = 0
	for src := unsafe.Slice((*byte)(from), bytes); len(src) > 0 && d.err == nil; {
		if d.used+min(len(src), 4096) > half {
			d.check(C.shimRecord(d.context, d.events[d.current], d.stream))
			d.current, d.used = 1-d.current, 0
			d.check(C.shimWait(d.context, d.events[d.current])) // at once if it was never used
		}
		place := unsafe.Add(d.up, d.current*half+d.used)
		n := copy(unsafe.Slice((*byte)(place), half-d.used), src)
		d.check(C.shimUpload(d.context, C.CUdeviceptr(to), place, C.size_t(n), d.stream))
		to, src = to+uint64(n), src[n:]
		d.used = min(half, (d.used+n+align-1)/align*align)
	}
}

// wait copies to pinned host memory and waits for it.
func (d *device) wait(to unsafe.Pointer, from uint64, bytes int) {
	if d.play(); d.err != nil {
		return
	}
	d.check(C.shimDownload(d.context, to, C.CUdeviceptr(from), C.size_t(bytes), d.stream))
	d.check(C.shimSync(d.context, d.stream))
}

func (d *device) download(to unsafe.Pointer, from uint64, bytes int) {
	for dst := unsafe.Slice((*byte)(to), bytes); len(dst) > 0; {
		n := min(len(dst), half)
		d.wait(d.down, from, n)
		if d.err != nil {
			return
		}
		copy(dst, unsafe.Slice((*byte)(d.down), n))
		dst, from = dst[n:], from+uint64(n)
	}
}

func hostInts(p unsafe.Pointer, n int) []int32 { return unsafe.Slice((*int32)(p), n) }

// Write implements hw.Device.
func (d *device) Write(dst hw.Mat, src []float32) {
	exactly(dst.Rows*dst.Cols, len(src))
	d.upload(at(dst), unsafe.Pointer(unsafe.SliceData(src)), 4*len(src))
}

// WriteInts implements hw.Device.
func (d *device) WriteInts(dst hw.Ints, src []int32) {
	exactly(dst.N, len(src))
	d.upload(list(dst), unsafe.Pointer(unsafe.SliceData(src)), 4*len(src))
}

// Read implements hw.Device.
func (d *device) Read(dst []float32, src hw.Mat) {
	exactly(src.Rows*src.Cols, len(dst))
	d.download(unsafe.Pointer(unsafe.SliceData(dst)), at(src), 4*len(dst))
}

// ReadInts implements hw.Device.
func (d *device) ReadInts(dst []int32, src hw.Ints) {
	exactly(src.N, len(dst))
	d.download(unsafe.Pointer(unsafe.SliceData(dst)), list(src), 4*len(dst))
}

// StartRead implements hw.AsyncReader. A list that is too long for its pinned memory is
// left to FinishRead.
func (d *device) StartRead(src hw.Ints) {
	d.reading = src
	if d.play(); d.err != nil || 4*src.N > half {
		return
	}
	d.check(C.shimDownload(d.context, d.started, C.CUdeviceptr(list(src)), C.size_t(4*src.N), d.stream))
	d.check(C.shimRecord(d.context, d.events[arrived], d.stream))
}

// FinishRead implements hw.AsyncReader. What is recorded is played first: it keeps the
// card busy while the host wakes up and queues what depends on the copy.
func (d *device) FinishRead(dst []int32) {
	src := d.reading
	exactly(src.N, len(dst))
	if d.reading = (hw.Ints{}); 4*len(dst) > half {
		d.ReadInts(dst, src)
		return
	}
	if d.play(); d.err == nil && d.check(C.shimWait(d.context, d.events[arrived])) {
		copy(dst, hostInts(d.started, len(dst)))
	}
}

func exactly(a, b int) {
	if a != b {
		panic("cuda: a copy between host and device of different lengths")
	}
}
