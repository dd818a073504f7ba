package cpu

import (
	"math"

	"ltpbench/hw"
)

// one is a column of ones of any length, read with stride 0.
var one = []float32{1}

// score sums what each key receives from the head's queries i to j, whose
// probabilities are p: queries in order, block after block.
func (s *sequence) score(p []float32, h, i, j int) {
	if !s.scores() {
		return
	}
	to := s.perHead[h*s.length+s.k0:][:s.nk]
	switch s.a.Score.Kind {
	case hw.Received:
		s.d.set.Gemm(to, s.nk, one, 0, 0, p, s.nk, 1, s.nk, j-i, i > 0)
	case hw.ReceivedFromOthers:
		if i == 0 {
			clear(to)
		}
		for ; i < j; i++ {
			s.d.set.Add(to[:i], p[:i])
			s.d.set.Add(to[i+1:], p[i+1:s.nk])
			p = p[s.nk:]
		}
	case hw.FromFirst:
		if i == 0 {
			copy(to, p)
		}
	}
}

// sum adds up the scores of rows i to j: heads in order.
func (w *attention) sum(i, j int) {
	to := w.scored[i:j]
	if !w.a.Score.Accumulated {
		clear(to)
	}
	for h := range w.a.Heads {
		w.d.set.Add(to, w.perHead[h*w.length+i:h*w.length+j])
	}
}

// mark sets the sign bit of the probabilities of heads h to last that dropout
// drops: four heads share one draw of random bits.
func (s *sequence) mark(h, last int) {
	const sign = 1 << 31
	drop, bar := s.a.Drop, s.a.Drop.Bar()
	var of [4][]float32
	for i := h; i < last; i++ {
		of[i-h] = s.stored(i)
	}
	for i := range s.nq {
		query := rowKey(s.keys, s.k0+i)
		for k := range s.nk {
			bits, at := drop.PairBits(query, rowKey(s.keys, s.k0+k), h/4), i*s.nk+k
			for j := range last - h {
				// without a branch, which chance would take: bits-bar is negative iff dropped
				v := &of[j][at]
				*v = math.Float32frombits(math.Float32bits(*v) | uint32(bits&0xffff-bar)&sign)
				bits >>= 16
			}
		}
	}
}

// dropped writes to y the probabilities p without the marked ones.
func dropped(y, p []float32, up float32) {
	p = p[:len(y)]
	for i, v := range p {
		y[i] = masked(v*up, int32(math.Float32bits(v)))
	}
}

// masked returns v, or 0 if by is negative, without a branch.
func masked(v float32, by int32) float32 {
	return math.Float32frombits(math.Float32bits(v) &^ uint32(by>>31))
}

func rowKey(keys []int32, row int) uint64 {
	return uint64(uint32(keys[2*row])) | uint64(uint32(keys[2*row+1]))<<32
}
