package hwtest

import (
	"math"

	"ltpbench/hw"
)

// asked is one packed attention of the reference.
type asked struct {
	heads   int
	q, kv   mat
	qs, ks  []int32 // offsets of queries and of keys
	bias    mat     // no elements: none
	weight  mat     // of keys; no elements: none
	score   hw.ScoreKind
	drop    hw.Dropout
	keys    []uint64 // dropout's, one for each row
	rows    []int32  // the query rows that live on; nil: all
	context mat
	scored  mat // of this layer alone
}

// run fills in context and scored.
func (a *asked) run() {
	width := a.q.cols / a.heads
	full := zeros(a.q.rows, a.q.cols)
	a.scored = zeros(a.kv.rows, 1)
	for b := range len(a.qs) - 1 {
		for h := range a.heads {
			for i := a.qs[b]; i < a.qs[b+1]; i++ {
				p := a.probabilities(int(i), b, h, width)
				a.vote(p, b, int(i-a.qs[b]))
				for k := range p {
					key := int(a.ks[b]) + k
					v := p[k] * a.kept(int(a.ks[b]+i-a.qs[b]), key, h)
					for j := range width {
						full.row(int(i))[h*width+j] += v * a.kv.row(key)[a.q.cols+h*width+j]
					}
				}
			}
		}
	}
	a.context = full
	if a.rows != nil {
		a.context = gatherOf(full, a.rows)
	}
}

// probabilities is the softmax of query row i over its sequence's keys.
func (a *asked) probabilities(i, b, h, width int) []float64 {
	p := make([]float64, a.ks[b+1]-a.ks[b])
	top := math.Inf(-1)
	for k := range p {
		key := int(a.ks[b]) + k
		for j := range width {
			p[k] += a.q.row(i)[h*width+j] * a.kv.row(key)[h*width+j]
		}
		p[k] /= math.Sqrt(float64(width))
		if len(a.bias.x) > 0 {
			p[k] += a.bias.x[key]
		}
		top = math.Max(top, p[k])
	}
	sum := 0.0
	for k := range p {
		p[k] = math.Exp(p[k] - top)
		if len(a.weight.x) > 0 && k != i-int(a.qs[b]) {
			p[k] *= a.weight.x[int(a.ks[b])+k]
		}
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}

// vote adds what query i of sequence b gives to the scores.
func (a *asked) vote(p []float64, b, i int) {
	for k, v := range p {
		switch {
		case a.score == hw.Received,
			a.score == hw.ReceivedFromOthers && k != i,
			a.score == hw.FromFirst && i == 0:
			a.scored.x[int(a.ks[b])+k] += v
		}
	}
}

// kept is what dropout multiplies a probability with. Query i of a sequence has
// the dropout key of the sequence's row i, also where few ask.
func (a *asked) kept(query, key, h int) float64 {
	if a.drop.Rate == 0 {
		return 1
	}
	if a.drop.PairBits(a.keys[query], a.keys[key], h/4)>>(16*(h%4))&0xffff < a.drop.Bar() {
		return 0
	}
	return 1 / (1 - float64(a.drop.Rate))
}

// halves returns dropout keys as a device reads them.
func halves(keys []uint64) []int32 {
	var list []int32
	for _, k := range keys {
		list = append(list, int32(uint32(k)), int32(uint32(k>>32)))
	}
	return list
}

// offsetsOf counts lengths up.
func offsetsOf(lengths []int) []int32 {
	at := []int32{0}
	for _, n := range lengths {
		at = append(at, at[len(at)-1]+int32(n))
	}
	return at
}
