//go:build cuda && cgo

package cuda

// #include "shim.h"
import "C"

import "ltpbench/hw"

// scope is memory that ends together: hw.Scope of this package.
type scope struct {
	d     *device
	arena arena
	ended bool
}

var _ hw.Scope = (*scope)(nil)

// Scope implements hw.Device.
func (d *device) Scope() hw.Scope { return d.begin() }

func (d *device) begin() *scope {
	s := &scope{d: d}
	d.scopes[s] = true
	return s
}

// Close implements hw.Scope.
func (s *scope) Close() {
	if s.ended {
		return
	}
	d := s.d
	if d.play(); d.stream != nil {
		C.shimSync(d.context, d.stream) // its error is d.err already, or the next call's
	}
	s.ended = true
	d.lowered.of = 0 // other memory may come to lie there
	delete(d.scopes, s)
	s.arena.end(d)
}

// alive panics if the memory has been given back.
func (s *scope) alive() {
	if s.ended {
		panic("cuda: use of memory whose scope has ended")
	}
}

// Footprint implements hw.Footprint.
func (d *device) Footprint() (now, peak int64) { return d.held, d.peak }

// Floats implements hw.Memory.
func (s *scope) Floats(rows, cols int) hw.Mat {
	return hw.Mat{Buf: s.alloc(4 * rows * cols), Rows: rows, Cols: cols}
}

// Ints implements hw.Memory.
func (s *scope) Ints(n int) hw.Ints { return hw.Ints{Buf: s.alloc(4 * n), N: n} }

// Probs implements hw.Memory.
func (s *scope) Probs(heads, pairs int) hw.Probs { return hw.Probs{Buf: &probs{of: s}} }

// Pack implements hw.Memory.
func (s *scope) Pack(w, bias []float32, out, in int) hw.Weights {
	p := &packed{w: s.Floats(out, in)}
	s.d.Write(p.w, w)
	if bias != nil {
		p.bias = s.Floats(1, out)
		s.d.Write(p.bias, bias)
	}
	return s.withLow(hw.Weights{Out: out, In: in, Packed: p})
}

// Trainable implements hw.Memory. The masters are what products read, so in
// float32 there is nothing to repack.
func (s *scope) Trainable(w, bias []float32, out, in int) hw.Weights {
	v := hw.Weights{Out: out, In: in, W: s.Floats(out, in), Bias: s.Floats(1, out)}
	s.d.Write(v.W, w)
	if bias != nil {
		s.d.Write(v.Bias, bias)
	}
	v.Packed = &packed{w: v.W, bias: v.Bias}
	return s.withLow(v)
}

// withLow adds the 16-bit copies where products read them.
func (s *scope) withLow(v hw.Weights) hw.Weights {
	if !s.d.low() {
		return v
	}
	p := v.Packed.(*packed)
	p.low = s.alloc(2 * pitch(v.Out) * pitch(v.In)) // zeros, so the rows added stay 0
	if !p.bias.Absent() {
		p.lowBias = s.alloc(2 * pitch(v.Out))
	}
	s.d.Repack(v)
	return v
}
