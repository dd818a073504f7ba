package simd

import "unsafe"

// Add adds x to y, which is at least as long.
func (s *Set) Add(y, x []float32) {
	if len(x) > 0 {
		s.add(y[:len(x)], x)
	}
}

// ZeroFar clears x without bringing it into the cache.
func (s *Set) ZeroFar(x []float32) {
	head := min(len(x), int(-uintptr(unsafe.Pointer(unsafe.SliceData(x)))%64/4))
	whole := (len(x) - head) / 16 * 16
	if s.vector == 1 || whole == 0 {
		clear(x)
		return
	}
	clear(x[:head])
	s.zeroFar(x[head : head+whole])
	clear(x[head+whole:])
}

// Squares returns Σ x² in float64.
func (s *Set) Squares(x []float32) float64 {
	var sums [16]float64
	whole := len(x) / 16 * 16
	if whole > 0 {
		s.squares(x[:whole], &sums)
	}
	for i, v := range x[whole:] {
		sums[i] += float64(v) * float64(v)
	}
	total := 0.0
	for _, v := range sums {
		total += v
	}
	return total
}

// Transpose writes the rows×cols matrix x (row stride ldx) as cols×rows into y
// (row stride ldy), each element times f.
func (s *Set) Transpose(y []float32, ldy int, x []float32, ldx, rows, cols int, f float32) {
	r, c := 0, 0
	if s.vector > 1 && rows >= 8 && cols >= 8 {
		r, c = rows/8*8, cols/8*8
		s.transpose(y[:(c-1)*ldy+r], x[:(r-1)*ldx+c], ldy, ldx, r, c, f)
	}
	for i := range rows {
		from := 0
		if i < r {
			from = c
		}
		for j := from; j < cols; j++ {
			y[j*ldy+i] = x[i*ldx+j] * f
		}
	}
}

func genericAdd(y, x []float32) {
	for i, v := range x {
		y[i] += v
	}
}

func genericSquares(x []float32, sums *[16]float64) {
	for i := 0; i < len(x); i += 16 {
		for j, v := range x[i : i+16] {
			sums[j] += float64(v) * float64(v)
		}
	}
}
