package simd

import "unsafe"

// generic is the plain Go kernels: the reference, and what runs where there is
// no assembly.
var generic = &Set{Name: "generic", mr: 4, nr: 8, vector: 1}

func at(p unsafe.Pointer, offset uintptr) *float32 { return (*float32)(unsafe.Add(p, offset)) }

// genericTile computes a tile of at most 4×8. The conversions keep a compiler
// from fusing the multiplication into the addition in one place and not in another.
func genericTile(t *tile, m, n int) {
	for i := range uintptr(m) {
		var s [8]float32
		if t.init != nil {
			copy(s[:], unsafe.Slice(at(t.init, i*t.ldinit), n))
		}
		a, b := i*t.ars, uintptr(0) // offsets, so that no pointer goes past the end
		if n == 8 {
			s0, s1, s2, s3, s4, s5, s6, s7 := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
			for range t.k {
				x, w := *at(t.a, a), (*[8]float32)(unsafe.Add(t.b, b))
				s0 += float32(x * w[0])
				s1 += float32(x * w[1])
				s2 += float32(x * w[2])
				s3 += float32(x * w[3])
				s4 += float32(x * w[4])
				s5 += float32(x * w[5])
				s6 += float32(x * w[6])
				s7 += float32(x * w[7])
				a, b = a+t.acs, b+t.ldb
			}
			s = [8]float32{s0, s1, s2, s3, s4, s5, s6, s7}
		} else {
			for range t.k {
				x := *at(t.a, a)
				for j, w := range unsafe.Slice(at(t.b, b), n) {
					s[j] += float32(x * w)
				}
				a, b = a+t.acs, b+t.ldb
			}
		}
		copy(unsafe.Slice(at(t.c, i*t.ldc), n), s[:n])
	}
}
