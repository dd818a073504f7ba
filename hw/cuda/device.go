//go:build cuda && cgo

package cuda

// #include "shim.h"
import "C"

import (
	"fmt"
	"time"

	"ltpbench/hw"
)

// device is a session on a card: a stream in which everything is queued, memory,
// and the first error.
type device struct {
	*card
	o       hw.Options
	stream  C.CUstream
	err     error
	args    []uint64   // of the launch being recorded
	common  [10]uint64 // of an attention's kernels, see attention.go
	script  script
	pending pending       // see optimiser.go
	session C.shimSession // what playing a script needs
	graphs  graphs
	scopes  map[*scope]bool // that are open
	held    int64           // bytes of their memory
	peak    int64
	*scope  // what lives until Close
	staging
	products
	lowered
	fault   *memory // a Fault of common.cuh: what a kernel found wrong in the data
	scratch [scratches]*memory
	few     int // rows that products take no longer for than for fewer
}

var (
	_ hw.Footprint = (*device)(nil)
	_ hw.Sensor    = (*device)(nil)
	_ hw.Clock     = (*device)(nil)
)

// fewRows is up to how many rows a product takes about as long as with fewer, so
// that it does not pay to wait for their number.
const fewRows = 512

// least is the generation of cards that a compute type needs.
var least = map[hw.Type]int{hw.F32: 0, hw.F16: 7, hw.TF32: 8, hw.BF16: 8}

// has returns an error if the card is too old for a compute type.
func (c *card) has(t hw.Type) error {
	if c.major >= least[t] {
		return nil
	}
	return fmt.Errorf("%s (sm_%d%d) has no %s, sm_%d0 or newer has; take f32 or f16", c.name, c.major, c.minor, t, least[t])
}

// openDevice opens a session on a card.
func openDevice(o hw.Options) (hw.Device, error) {
	c, err := openCard(o.Variant)
	if err != nil {
		return nil, err
	}
	if err := c.has(o.Type); err != nil {
		return nil, err
	}
	d := &device{card: c, few: fewRows, o: o, script: script{most: mostCalls}, graphs: newGraphs(), scopes: map[*scope]bool{}}
	if o.Eager {
		d.script.most = 1
	}
	d.check(C.shimStream(c.context, &d.stream))
	d.scope = d.begin()
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

// Info implements hw.Device. Products are cuBLASLt's, which are as large as the host
// says, and they are most of the work: hence HostSizes, one small copy after each
// selection, which is waited for when attention's context is in the stream.
func (d *device) Info() hw.Info {
	return hw.Info{Name: d.o.Name, Kernel: fmt.Sprintf("sm_%d", d.arch), Model: d.name, Type: d.o.Type, HostSizes: d.few + 1, Simulated: d.simulated}
}

// Elapsed returns how long the card takes for what op queues, by the card's own clock.
func (d *device) Elapsed(op func()) (time.Duration, error) {
	var ends [2]C.CUevent
	for i := range ends {
		d.check(C.shimEvent(d.context, &ends[i], 1))
		defer func() { C.shimCloseEvent(d.context, ends[i]) }()
	}
	if d.err != nil {
		return 0, d.err
	}
	d.play()
	d.check(C.shimRecord(d.context, ends[0], d.stream))
	op()
	d.play()
	d.check(C.shimRecord(d.context, ends[1], d.stream))
	if err := d.Sync(); err != nil {
		return 0, err
	}
	var milliseconds C.float
	d.check(C.shimElapsed(d.context, ends[0], ends[1], &milliseconds))
	return time.Duration(float64(milliseconds) * 1e6), d.err
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
	if d.play(); d.stream != nil {
		C.shimSync(d.context, d.stream) // its error is d.err already, or nobody's
	}
	d.graphs.close(d)
	d.closeProducts()
	d.closeStaging()
	for s := range d.scopes {
		s.Close()
	}
	if d.stream != nil {
		C.shimCloseStream(d.context, d.stream)
		d.stream = nil
	}
	return d.err
}
