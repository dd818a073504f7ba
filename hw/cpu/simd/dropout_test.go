package simd

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Every element is scaled or dropped by its own 16 bits, exactly, for every length
// and offset, and nothing is written past the end; a NaN that is dropped is 0.
func TestDropout(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		r := rand.New(rand.NewPCG(8, 8))
		const up = 1.25
		for n := range 70 {
			for _, bar := range []uint64{0, 1, 13107, 40000, 65536} {
				key, at := r.Uint64(), n%5
				x, y := random(r, n+at), random(r, n+at+1)
				if n > 17 {
					x[at+17] = float32(math.NaN())
				}
				y[at+n] = guard
				s.Dropout(y[at:at+n], x[at:at+n], key, bar, up)
				for i := range n {
					want := x[at+i] * up
					if splitMix(key+uint64(i/4))>>(16*(i%4))&0xffff < bar {
						want = 0
					}
					if got := y[at+i]; math.Float32bits(got) != math.Float32bits(want) {
						t.Fatalf("n=%d bar=%d: element %d is %v, want %v", n, bar, i, got, want)
					}
				}
				if y[at+n] != guard {
					t.Fatalf("wrote past %d", n)
				}
			}
		}
	})
}

func TestZeroFar(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		for n := range 80 {
			for at := range 18 {
				x := make([]float32, at+n+1)
				for i := range x {
					x[i] = guard
				}
				s.ZeroFar(x[at : at+n])
				for i, v := range x {
					if (i >= at && i < at+n) != (v == 0) {
						t.Fatalf("%d floats from %d on: entry %d is %v", n, at, i, v)
					}
				}
			}
		}
	})
}
