package cpu_test

import (
	"testing"

	"ltpbench/hw"
	"ltpbench/hw/cpu"
	"ltpbench/hw/cpu/simd"
	"ltpbench/hw/hwtest"
)

func TestDevice(t *testing.T) {
	for _, s := range simd.Available() {
		t.Run(s.Name, func(t *testing.T) {
			hwtest.Test(t, func(o hw.Options) (hw.Device, error) { return cpu.Open(s.Name, o) })
		})
	}
}

func BenchmarkDevice(b *testing.B) {
	for _, s := range simd.Available() {
		b.Run("kernel="+s.Name, func(b *testing.B) {
			hwtest.Benchmark(b, func(o hw.Options) (hw.Device, error) { return cpu.Open(s.Name, o) })
		})
	}
}
