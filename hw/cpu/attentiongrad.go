package cpu

import (
	"math"

	"ltpbench/hw"
)

func (d *device) AttentionGrad(dq, dkv, dy hw.Mat, a *hw.Attention, rows hw.Ints, dscored hw.Mat) {
	if d.err != nil {
		return
	}
	w := d.attend(a, stepGrad)
	w.dq, w.dkv, w.y, w.dscored = f(dq), f(dkv), f(dy), f(dscored)
	w.live(rows)
	w.run()
}

// grad goes back through one head: context, dropout, score, softmax, logits.
func (s *sequence) grad(h int) {
	first, last := s.span()
	rows, pairs := last-first, s.nq*s.nk
	room := s.d.threadRoom(s.thread, 2*pairs+rows*s.nk+s.head*s.nk)
	dp, mixed, turned := room[:pairs], room[2*pairs:2*pairs+rows*s.nk], room[2*pairs+rows*s.nk:]
	p := room[pairs : 2*pairs]
	if s.stores() {
		p = s.stored(h)
	} else {
		s.turn(turned, s.kv, h)
		s.probabilities(p, turned, h, 0, s.nq)
	}
	s.used(mixed, p, first, last)
	set, dy := s.d.set, s.y[first*s.width+h*s.head:]
	set.Gemm(s.value(s.dkv, h), 2*s.width, mixed, 1, s.nk, dy, s.width, s.nk, s.head, rows, false)

	// mixed becomes the gradient of the probabilities that were used
	s.d.set.Transpose(turned, s.nk, s.value(s.kv, h), 2*s.width, s.nk, s.head, 1)
	set.Gemm(mixed, s.nk, dy, s.width, 1, turned, s.nk, rows, s.nk, s.head, false)
	clear(dp)
	for i := first; i < last; i++ {
		copy(dp[s.place(i)*s.nk:], mixed[(i-first)*s.nk:(i-first+1)*s.nk])
	}
	for i := range s.nq {
		s.softmaxGrad(dp[i*s.nk:(i+1)*s.nk], p[i*s.nk:(i+1)*s.nk], i)
	}
	set.Gemm(s.query(s.dq, h), s.width, dp, s.nk, 1, s.key(s.kv, h), 2*s.width, s.nq, s.head, s.nk, false)
	set.Gemm(s.key(s.dkv, h), 2*s.width, dp, 1, s.nk, s.query(s.q, h), s.width, s.nk, s.head, s.nq, false)
}

// softmaxGrad turns the gradient of query i's used probabilities into that of its
// products with the keys: dropout, the score's gradient, softmax, the root.
func (s *sequence) softmaxGrad(g, p []float32, i int) {
	if s.a.Drop.Rate > 0 {
		up := 1 / (1 - s.a.Drop.Rate)
		for k, v := range p {
			g[k] = masked(g[k]*up, int32(math.Float32bits(v)))
		}
	}
	if s.dscored != nil {
		into := s.dscored[s.k0 : s.k0+s.nk]
		switch s.a.Score.Kind {
		case hw.Received:
			s.d.set.Add(g, into)
		case hw.ReceivedFromOthers:
			s.d.set.Add(g[:i], into[:i])
			s.d.set.Add(g[i+1:], into[i+1:])
		case hw.FromFirst:
			if i == 0 {
				s.d.set.Add(g, into)
			}
		}
	}
	dot := float32(0)
	for k, v := range p {
		dot += abs(v) * g[k]
	}
	for k, v := range p {
		g[k] = abs(v) * (g[k] - dot) * s.logitsFactor
	}
}

func abs(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }
