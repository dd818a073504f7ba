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
		Name: "cpu",
		Doc:  "the host's processor, float32; cpu:NAME takes one of its kernels",
		Open: Open,
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
	set     *simd.Set
	pool    *pool
	err     error
	arena   arena
	scratch [][]float32 // one per thread
	summed  floats      // EmbedGrad's rows
	sums    []float32   // NormGrad's, over rows
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

// Open returns a CPU device with the named kernels, the fastest if the name is
// empty and LTPBENCH_CPU not set.
func Open(variant string, o hw.Options) (hw.Device, error) {
	if o.Type != "" && o.Type != hw.F32 {
		return nil, fmt.Errorf("device cpu computes in f32 alone, not in %s", o.Type)
	}
	from := ""
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
	d := &device{set: set, pool: newPool(o.Threads), scratch: make([][]float32, o.Threads)}
	return d, nil
}

// Info implements hw.Device.
func (d *device) Info() hw.Info {
	return hw.Info{
		Name: "cpu", Kernel: d.set.Name, Model: strings.TrimSpace(cpuid.CPU.BrandName),
		Type: hw.F32, Threads: d.pool.threads, BatchExact: true,
	}
}

func (d *device) Sync() error { return d.err }

// Close stops the threads. Memory goes with the garbage collector.
func (d *device) Close() error {
	d.pool.close()
	return d.err
}

// fail keeps the first error for Sync.
func (d *device) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(format, args...)
	}
}

// room returns a thread's own scratch memory, grown to n floats.
func (d *device) room(thread, n int) []float32 {
	if len(d.scratch[thread]) < n {
		d.scratch[thread] = make([]float32, n+n/4)
	}
	return d.scratch[thread][:n]
}
