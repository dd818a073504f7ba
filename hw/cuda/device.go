//go:build cuda && cgo

package cuda

// #include "shim.h"
import "C"

import (
	"fmt"

	"ltpbench/hw"
)

// device is a session on a card: a stream in which everything is queued, memory,
// and the first error.
type device struct {
	*card
	o      hw.Options
	stream C.CUstream
	err    error
	args   []uint64 // of the launch under way
	arena  arena
	staging
	products
	fault   *memory // a Fault of common.cuh: what a kernel found wrong in the data
	scratch [scratches]*memory
}

// Open opens a session on the card with this number, card 0 if it is empty.
func Open(variant string, o hw.Options) (hw.Device, error) {
	if o.Type == "" {
		o.Type = hw.F32
	}
	least := map[hw.Type]int{hw.F32: 0, hw.F16: 7, hw.TF32: 8, hw.BF16: 8}
	needed, ok := least[o.Type]
	if !ok {
		return nil, fmt.Errorf("device cuda computes in f32, tf32, bf16 or f16, not in %s", o.Type)
	}
	c, err := openCard(variant)
	if err != nil {
		return nil, err
	}
	if c.major < needed {
		return nil, fmt.Errorf("%s (sm_%d%d) has no %s: sm_%d0 or newer has; take f32 or f16", c.name, c.major, c.minor, o.Type, needed)
	}
	d := &device{card: c, o: o, args: make([]uint64, 32)}
	d.check(C.shimStream(c.context, &d.stream))
	d.arena.chunk = chunkBytes
	d.fault = d.alloc(16)
	d.openStaging()
	d.openProducts()
	if d.err != nil {
		err := d.err
		_ = d.Close()
		return nil, err
	}
	return d, nil
}

// Info implements hw.Device.
func (d *device) Info() hw.Info {
	return hw.Info{Name: "cuda", Kernel: fmt.Sprintf("sm_%d", d.arch), Model: d.name, Type: d.o.Type}
}

// check keeps the first error of the shim for Sync.
func (d *device) check(number C.int) bool {
	if number == 0 {
		return true
	}
	d.fail(failed(number))
	return false
}

func (d *device) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

// Sync implements hw.Device.
func (d *device) Sync() error {
	if d.err == nil {
		d.wait(d.faultHost, d.fault.at, 16)
		d.readFault()
	}
	return d.err
}

// readFault turns what kernels found in the data into an error.
func (d *device) readFault() {
	f := hostInts(d.faultHost, 4)
	table := map[int32]string{1: "token id", 2: "position", 3: "segment"}[f[0]]
	switch {
	case d.err != nil || f[0] == 0:
	case table != "":
		d.fail(fmt.Errorf("row %d of the batch: %s %d lies outside the model's table of %d; is this the model's own tokenizer?", f[1], table, f[2], f[3]))
	default:
		d.fail(fmt.Errorf("sequence %d of the batch: the score of row %d is NaN; the weights or the input are damaged", f[2], f[1]))
	}
}

// Close implements hw.Device. What is queued is waited for.
func (d *device) Close() error {
	if d.stream != nil {
		C.shimSync(d.context, d.stream) // its error is d.err already, or nobody's
	}
	d.closeProducts()
	d.closeStaging()
	d.arena.free(d)
	if d.stream != nil {
		C.shimCloseStream(d.context, d.stream)
		d.stream = nil
	}
	return d.err
}
