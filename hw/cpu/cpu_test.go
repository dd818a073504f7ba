package cpu_test

import (
	"runtime"
	"testing"

	"ltpbench/bench/roofline"
	"ltpbench/hw"
	"ltpbench/hw/cpu/simd"
	"ltpbench/hw/hwtest"
)

func TestDevice(t *testing.T) {
	for _, s := range simd.Available() {
		t.Run(s.Name, func(t *testing.T) {
			hwtest.Test(t, func(o hw.Options) (hw.Device, error) { return hw.Open("cpu:"+s.Name, o) })
		})
	}
}

func BenchmarkDevice(b *testing.B) {
	for _, s := range simd.Available() {
		b.Run("kernel="+s.Name, func(b *testing.B) {
			threads := runtime.GOMAXPROCS(0)
			limits := hwtest.Limits{GFLOPs: roofline.Peak(s, threads), GBytes: roofline.Bandwidth(s, threads)}
			hwtest.Benchmark(b, func(o hw.Options) (hw.Device, error) { return hw.Open("cpu:"+s.Name, o) }, limits)
		})
	}
}
