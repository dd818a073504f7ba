package simd

import (
	"math/rand/v2"
	"testing"
)

// BenchmarkBytes is loops that read each of their floats and write one for each.
func BenchmarkBytes(b *testing.B) {
	const rows, cols = 96, 384
	for _, s := range Available() {
		r := rand.New(rand.NewPCG(1, 1))
		x, y, packed := random(r, rows*cols), make([]float32, rows*cols), make([]float32, s.PackedLen(rows, cols))
		for _, l := range []struct {
			name string
			do   func()
		}{
			{"Softmax", func() { s.Softmax(y, rows) }},
			{"GELU", func() { s.GELU(y, x) }},
			{"Transpose", func() { s.Transpose(y, rows, x, cols, rows, cols, 0.5) }},
			{"Pack", func() { s.Pack(packed, x, rows, cols) }},
		} {
			b.Run("op="+l.name+"/kernel="+s.Name, func(b *testing.B) {
				clear(y)
				for b.Loop() {
					l.do()
				}
				b.ReportMetric(8*rows*cols*float64(b.N)/b.Elapsed().Seconds()/1e9, "GB/s")
			})
		}
	}
}
