package cpu

import (
	"unsafe"

	"ltpbench/hw"
)

// scope is memory that ends together: hw.Scope of this package.
type scope struct {
	d     *device
	arena arena
	ended bool
}

var _ hw.Scope = (*scope)(nil)

// Scope implements hw.Device.
func (d *device) Scope() hw.Scope { return d.open() }

func (d *device) open() *scope {
	s := &scope{d: d}
	d.scopes[s] = true
	return s
}

// Close implements hw.Scope.
func (s *scope) Close() {
	if s.ended {
		return
	}
	s.ended = true
	s.d.held -= s.arena.bytes
	delete(s.d.scopes, s)
	s.d.last = nil // the weights of the last product, which may have ended
	s.arena.end()
}

// alive panics if the memory has been given back.
func (s *scope) alive() {
	if s.ended {
		panic("cpu: use of memory whose scope has ended")
	}
}

// room returns n zeroed floats.
func (s *scope) room(n int) []float32 {
	s.alive()
	before := s.arena.bytes
	x := s.arena.floats(n)
	s.d.held += s.arena.bytes - before
	s.d.peak = max(s.d.peak, s.d.held)
	return x
}

// Footprint implements hw.Footprint.
func (d *device) Footprint() (now, peak int64) { return d.held, d.peak }

// Floats implements hw.Memory.
func (s *scope) Floats(rows, cols int) hw.Mat {
	return hw.Mat{Buf: &floats{s.room(rows * cols), s}, Rows: rows, Cols: cols}
}

// Ints implements hw.Memory.
func (s *scope) Ints(n int) hw.Ints {
	x := s.room(n)
	return hw.Ints{Buf: &ints{unsafe.Slice((*int32)(unsafe.Pointer(unsafe.SliceData(x))), n), s}, N: n}
}

// Probs implements hw.Memory.
func (s *scope) Probs(heads, pairs int) hw.Probs {
	return hw.Probs{Buf: &probs{of: s, size: heads * pairs}}
}

// Pack implements hw.Memory.
func (s *scope) Pack(w, bias []float32, out, in int) hw.Weights {
	set := s.d.set
	p := &packed{of: s, out: out, in: in, forward: s.room(set.PackedLen(out, in))}
	set.Pack(p.forward, w, out, in)
	if bias != nil {
		p.bias = s.room(out)
		copy(p.bias, bias)
	}
	return hw.Weights{Out: out, In: in, Packed: p}
}

// Trainable implements hw.Memory.
func (s *scope) Trainable(w, bias []float32, out, in int) hw.Weights {
	d := s.d
	v := hw.Weights{Out: out, In: in, W: s.Floats(out, in), Bias: s.Floats(1, out)}
	d.Write(v.W, w)
	if bias != nil {
		d.Write(v.Bias, bias)
	}
	v.Packed = &packed{
		of: s, out: out, in: in,
		forward: s.room(d.set.PackedLen(out, in)),
		back:    s.room(d.set.PackedLen(in, out)),
		bias:    f(v.Bias),
	}
	d.Repack(v)
	return v
}
