package hwtest

import (
	"math/rand/v2"

	"ltpbench/hw"
)

// lengths of packed sequences; 1 and 130 are the ends of what a batch has.
var lengths = [][]int{{1}, {1, 1, 1}, {2, 5}, {7}, {3, 1, 17, 40}, {130}, {12, 24, 33}, {}}

// headShapes are numbers of heads and widths of one.
var headShapes = [][2]int{{1, 5}, {3, 8}, {5, 24}, {2, 32}, {1, 64}, {1, 100}, {1, 136}}

// asked draws an attention over packed sequences. few: only the first row of
// each sequence asks.
func (p *probe) asked(heads, width int, lengths []int, few, bias bool) *asked {
	a := &asked{heads: heads, ks: offsetsOf(lengths)}
	a.qs = a.ks
	n := int(a.ks[len(lengths)])
	asking := n
	if few {
		asking = len(lengths)
		a.qs = nil
		for i := range lengths {
			a.qs = append(a.qs, int32(i))
		}
		a.qs = append(a.qs, int32(asking))
	}
	a.q, a.kv = p.random(asking, heads*width), p.random(n, 2*heads*width)
	if bias {
		a.bias = p.random(n, 1)
	}
	return a
}

// attention puts a on the device, for scores of a kind.
func (p *probe) attention(a *asked, kind hw.ScoreKind) *hw.Attention {
	a.score = kind
	on := &hw.Attention{
		Heads: a.heads, Q: p.mat(a.q), KV: p.mat(a.kv), QSeqs: p.seqs(a.qs), Seqs: p.seqs(a.ks),
		Score: hw.Score{Kind: kind}, Probs: p.d.Probs(a.heads, pairs(a.qs, a.ks)), Drop: a.drop,
	}
	if len(a.bias.x) > 0 {
		on.KeyBias = p.mat(a.bias)
	}
	if len(a.weight.x) > 0 {
		on.KeyWeight = p.mat(a.weight)
	}
	if kind != hw.NoScore {
		on.Scored = p.out(a.kv.rows, 1)
	}
	if a.drop.Rate > 0 {
		on.Drop.Keys = p.list(halves(a.keys))
	}
	return on
}

func (p *probe) seqs(offsets []int32) hw.Seqs { return p.seqsOn(p.d, offsets) }

func (p *probe) seqsOn(d hw.Device, offsets []int32) hw.Seqs {
	s := hw.Seqs{Offsets: p.listOn(d, offsets), Count: len(offsets) - 1, Rows: int(offsets[len(offsets)-1])}
	for b := range s.Count {
		s.Longest = max(s.Longest, int(offsets[b+1]-offsets[b]))
	}
	return s
}

func pairs(qs, ks []int32) int {
	n := 0
	for b := range len(qs) - 1 {
		n += int(qs[b+1]-qs[b]) * int(ks[b+1]-ks[b])
	}
	return n
}

// living picks rows of every sequence, the first among them, or lets whole
// sequences but their first row go.
func (p *probe) living(offsets []int32) []int32 {
	var list []int32
	for b := range len(offsets) - 1 {
		bare := p.rng.IntN(3) == 0
		for i := offsets[b]; i < offsets[b+1]; i++ {
			if i == offsets[b] || !bare && p.rng.IntN(2) == 0 {
				list = append(list, i)
			}
		}
	}
	return list
}

func attention(p *probe) {
	for _, l := range lengths {
		for _, h := range headShapes {
			if n := offsetsOf(l)[len(l)]; h[1] > 64 && n > 61 {
				continue // long sequences are for the narrower heads: a simulated device is slow
			}
			for kind := hw.NoScore; kind <= hw.FromFirst; kind++ {
				for _, bias := range []bool{false, true} {
					p.begin("attention of %v, %d heads of %d, score %d, key bias %v", l, h[0], h[1], kind, bias)
					p.attentionCase(p.asked(h[0], h[1], l, false, bias), kind)
				}
			}
			p.begin("attention of first rows of %v, %d heads of %d", l, h[0], h[1])
			p.attentionCase(p.asked(h[0], h[1], l, true, h[0] == 3), hw.NoScore)
			if h[1] != 8 && h[1] != 32 && h[1] != 136 {
				continue
			}
			for kind := hw.NoScore; kind <= hw.FromFirst; kind++ {
				p.begin("attention of %v, %d heads of %d, score %d, key weights", l, h[0], h[1], kind)
				a := p.asked(h[0], h[1], l, false, kind == hw.Received)
				a.weight = p.keyWeights(a.kv.rows)
				p.attentionCase(a, kind)
			}
			p.begin("attention of first rows of %v, %d heads of %d, key weights", l, h[0], h[1])
			few := p.asked(h[0], h[1], l, true, false)
			few.weight = p.keyWeights(few.kv.rows)
			p.attentionCase(few, hw.NoScore)
		}
	}
}

// keyWeights draws weights of n keys, some of them 0 or 1.
func (p *probe) keyWeights(n int) mat { return weightsOf(p.rng, n) }

func weightsOf(r *rand.Rand, n int) mat {
	m := zeros(n, 1)
	for i := range m.x {
		m.x[i] = float64(float32([]float64{0, 1, r.Float64(), 1e-4 * r.Float64(), 2}[r.IntN(5)]))
	}
	return m
}

// weightedIsRemoved checks that rows of keys with weight 1 see each other as if those
// with weight 0 were not there.
func weightedIsRemoved(p *probe) {
	for _, l := range [][]int{{1}, {3, 1, 17}, {40, 30}} {
		p.begin("attention of %v, keys of weight 0 against removal", l)
		a := p.asked(3, 8, l, false, true)
		a.weight = zeros(a.kv.rows, 1)
		left := p.living(a.ks)
		for _, r := range left {
			a.weight.x[r] = 1
		}
		y, on := p.out(a.q.rows, a.q.cols), p.attention(a, hw.NoScore)
		p.d.Scores(on)
		p.d.Context(y, on, hw.Ints{})
		some := &asked{heads: a.heads, q: gatherOf(a.q, left), kv: gatherOf(a.kv, left), bias: gatherOf(a.bias, left), ks: []int32{0}}
		for b := range l {
			n := some.ks[b]
			for _, r := range left {
				if r >= a.ks[b] && r < a.ks[b+1] {
					n++
				}
			}
			some.ks = append(some.ks, n)
		}
		some.qs = some.ks
		some.run()
		kept := p.out(len(left), a.q.cols)
		p.d.Gather(kept, y, p.list(left))
		p.want("the context", kept, some.context)
		p.end()
	}
}

// attentionCase checks scores, taken alone and accumulated, and the context of
// all rows, of some and of some again.
func (p *probe) attentionCase(a *asked, kind hw.ScoreKind) {
	on := p.attention(a, kind)
	a.run()
	p.d.Scores(on)
	if kind != hw.NoScore {
		p.want("the score", on.Scored, a.scored)
	}
	y := p.out(a.q.rows, a.q.cols)
	p.d.Context(y, on, hw.Ints{})
	p.want("the context", y, a.context)

	before := p.random(a.kv.rows, 1)
	if kind != hw.NoScore {
		on.Score.Accumulated, on.Scored = true, p.mat(before)
		for i, v := range a.scored.x {
			before.x[i] += v
		}
	}
	p.d.Scores(on)
	if kind != hw.NoScore {
		p.want("the accumulated score", on.Scored, before)
	}
	a.rows = p.living(a.qs)
	a.run()
	y = p.out(len(a.rows), a.q.cols)
	p.d.Context(y, on, p.list(a.rows))
	p.want("the context of living rows", y, a.context)
	p.want("Q", on.Q, a.q)
	p.want("KV", on.KV, a.kv)
	p.end()
}
