package simd

import "math"

// Dropout sets y[4g+i] to x[4g+i]·up, or to 0 where bits 16i to 16i+15 of the g-th
// word of SplitMix64 from key on lie below bar (see hw.Dropout); y may be x.
func (s *Set) Dropout(y, x []float32, key, bar uint64, up float32) {
	whole := 0
	if s.vector > 1 && len(x) >= 16 {
		whole = len(x) / 16 * 16
		s.dropout(y[:whole], x[:whole], key, uint32(bar), up)
	}
	for i := whole; i < len(x); i += 4 {
		bits := splitMix(key + uint64(i/4))
		for j := i; j < min(len(x), i+4); j++ {
			// without a branch, which chance would take
			below := uint32(int32(bits&0xffff-bar) >> 31)
			y[j] = math.Float32frombits(math.Float32bits(x[j]*up) &^ below)
			bits >>= 16
		}
	}
}

// splitMix is the finaliser of SplitMix64 (Steele et al., OOPSLA 2014).
func splitMix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
