// Package cpu is the host's processor as a device: single-threaded kernels (see
// package simd) over a standing pool of threads. Work is split by what it
// writes, never by what it sums, so results are bit-equal for any number of
// threads and, forward, in any batch.
package cpu

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/klauspost/cpuid/v2"

	"ltpbench/hw"
	"ltpbench/hw/cpu/simd"
)

func init() {
	hw.Register(hw.Driver{
		Name: "cpu", Doc: "the host's processor, float32; cpu:NAME chooses kernels",
		Open: open, Variant: "kernels",
		Variants: func() []string {
			var names []string
			for _, s := range simd.Available() {
				names = append(names, s.Name)
			}
			return names
		},
	})
}

// Variable names the environment variable that sets the kernels of a plain "cpu".
const Variable = "LTPBENCH_CPU"

type device struct {
	name    string
	set     *simd.Set
	pool    *pool
	err     error
	scopes  map[*scope]bool // that are open
	held    int64           // bytes of their memory
	peak    int64
	*scope              // what lives until Close
	scratch [][]float32 // one per thread
	summed  floats      // EmbedGrad's rows
	sums    []float32   // NormGrad's, over rows
	keySums []float32   // AttentionGrad's, over queries
	packed  []float32   // LinearGrad's factors
	pieces  [][]float32 // GradNorm's
	squares []float64   // of each piece
	last    *packed     // the weights of the last product

	// The operations in work live here, so that none is allocated.
	linear    linear
	rows      rowwise
	attention attention
	back      backward
}

var (
	_ hw.Backward  = (*device)(nil)
	_ hw.Footprint = (*device)(nil)
)

// open returns a CPU device with the named kernels, the fastest if no name is given
// and LTPBENCH_CPU is not set.
func open(o hw.Options) (hw.Device, error) {
	variant, from := o.Variant, ""
	if variant == "" && os.Getenv(Variable) != "" {
		variant, from = os.Getenv(Variable), Variable+": "
	}
	set := simd.Best()
	if variant != "" {
		var err error
		if set, err = simd.ByName(variant); err != nil {
			return nil, fmt.Errorf("%s%w", from, err)
		}
	}
	if o.Threads <= 0 {
		o.Threads = runtime.GOMAXPROCS(0)
	}
	d := &device{name: o.Name, set: set, pool: newPool(o.Threads), scratch: make([][]float32, o.Threads), scopes: map[*scope]bool{}}
	d.scope = d.open()
	d.summed.of = d.scope
	return d, nil
}

// Info implements hw.Device.
func (d *device) Info() hw.Info {
	return hw.Info{
		Name: d.name, Kernel: d.set.Name, Model: strings.TrimSpace(cpuid.CPU.BrandName),
		Type: hw.F32, Threads: d.pool.threads, BatchExact: true,
	}
}

func (d *device) Sync() error { return d.err }

// Close stops the threads and ends all scopes.
func (d *device) Close() error {
	d.pool.close()
	for s := range d.scopes {
		s.Close()
	}
	return d.err
}

// fail keeps the first error for Sync.
func (d *device) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(format, args...)
	}
}

// threadRoom returns a thread's own scratch memory, grown to n floats.
func (d *device) threadRoom(thread, n int) []float32 {
	if len(d.scratch[thread]) < n {
		d.scratch[thread] = make([]float32, n+n/4)
	}
	return d.scratch[thread][:n]
}
