package cpu

import (
	"math"

	"ltpbench/hw"
)

func (d *device) AttentionGrad(to hw.AttentionGrads, dy hw.Mat, a *hw.Attention, rows hw.Ints, dscored hw.Mat) {
	if d.err != nil {
		return
	}
	w := d.attend(a, stepGrad)
	w.dq, w.dkv, w.y, w.dscored = f(to.Q), f(to.KV), f(dy), f(dscored)
	w.live(rows)
	w.weighs = !to.KeyWeight.Absent() && w.weight != nil
	sums := a.Heads * w.length
	if w.weighs || !to.KeyBias.Absent() {
		d.keySums = grown(d.keySums, 2*sums)
		w.keySums = d.keySums
	}
	w.run()
	for h := range a.Heads {
		if !to.KeyBias.Absent() {
			d.set.Add(f(to.KeyBias)[:w.length], w.keySums[h*w.length:(h+1)*w.length])
		}
		if w.weighs {
			d.set.Add(f(to.KeyWeight)[:w.length], w.keySums[sums+h*w.length:sums+(h+1)*w.length])
		}
	}
}

// grad goes back through one head: context, dropout, score, softmax, logits.
func (s *sequence) grad(h int) {
	first, last := s.span()
	rows, pairs := last-first, s.nq*s.nk
	more := 0
	if s.weighs {
		more = pairs
	}
	room := s.d.threadRoom(s.thread, 2*pairs+rows*s.nk+s.head*s.nk+more)
	dp, mixed, turned := room[:pairs], room[2*pairs:2*pairs+rows*s.nk], room[2*pairs+rows*s.nk:][:s.head*s.nk]
	p, logits := room[pairs:2*pairs], room[2*pairs+rows*s.nk+s.head*s.nk:]
	if s.weighs {
		s.turn(turned, s.kv, h)
		s.logits(logits, turned, h, 0, s.nq)
	}
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
	var db, dw []float32
	if s.keySums != nil {
		at := h*s.length + s.k0
		db, dw = s.keySums[at:at+s.nk], s.keySums[s.a.Heads*s.length+at:][:s.nk]
		clear(db)
		clear(dw)
	}
	for i := range s.nq {
		g, row := dp[i*s.nk:(i+1)*s.nk], p[i*s.nk:(i+1)*s.nk]
		dot := s.softmaxGrad(g, row, i)
		if s.weighs {
			s.weightGrad(dw, g, row, logits[i*s.nk:(i+1)*s.nk], i, dot)
		}
		for k, v := range row {
			g[k] = abs(v) * (g[k] - dot)
		}
		if db != nil {
			s.d.set.Add(db, g)
		}
		for k := range g {
			g[k] *= s.logitsFactor
		}
	}
	set.Gemm(s.query(s.dq, h), s.width, dp, s.nk, 1, s.key(s.kv, h), 2*s.width, s.nq, s.head, s.nk, false)
	set.Gemm(s.key(s.dkv, h), 2*s.width, dp, 1, s.nk, s.query(s.q, h), s.width, s.nk, s.head, s.nq, false)
}

// softmaxGrad turns the gradient of query i's used probabilities into that of the
// probabilities, by dropout and the score's gradient, and returns its product with them.
func (s *sequence) softmaxGrad(g, p []float32, i int) float32 {
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
	return dot
}

// leastWeight is the weight below which a probability has lost too much to be divided
// by it.
const leastWeight = 1e-3

// weightGrad adds what query i sends back to the weights of the keys: the probability
// that a key would have with weight 1 and the others as they are, times g - dot. The
// key with the highest probability tells what the exponentials were divided by.
func (s *sequence) weightGrad(dw, g, p, logits []float32, i int, dot float32) {
	best := 0
	for k, v := range p {
		if abs(v) > abs(p[best]) {
			best = k
		}
	}
	weight := s.weight[s.k0 : s.k0+s.nk]
	share := abs(p[best])
	if best != i {
		share /= weight[best]
	}
	for k, v := range p {
		switch {
		case k == i:
		case weight[k] >= leastWeight:
			dw[k] += abs(v) / weight[k] * (g[k] - dot)
		default:
			dw[k] += share * float32(math.Exp(float64(logits[k]-logits[best]))) * (g[k] - dot)
		}
	}
}

func abs(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }
