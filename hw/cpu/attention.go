package cpu

import (
	"math"

	"ltpbench/hw"
)

// attention is one step of packed attention, a part for each sequence and group
// of heads. Probabilities leave the cache in training with dropout alone: those of
// sequence b, head h are stored at [query][key] after those of the sequences before
// it, and those that are dropped have their sign bit set. Otherwise, if nobody reads
// the scores, Context makes the probabilities of the rows that live on; if somebody
// does, Scores makes the context of all rows on the way, for what it costs to make
// that of the rows that then die is less than to store and read all probabilities.
type attention struct {
	d            *device
	a            *hw.Attention
	step         attentionStep
	q, kv, bias  []float32
	weight, logs []float32 // of keys, and their logarithms; nil: none
	qs, ks       []int32
	probs        *probs
	start        []int // where each sequence's probabilities begin
	scored       []float32
	keys         []int32 // dropout's, two for each row of KV
	y            []float32
	rows         []int32 // the query rows that live on, unless all do
	all          bool
	width, head  int
	group        int // heads of a part
	dq, dkv      []float32
	dscored      []float32
	keySums      []float32 // of head h, row r at [h·length+r]: gradients of biases, then of weights
	weighs       bool      // whether the weights' gradient is wanted
	perHead      []float32 // scores of head h, row r at [h·length+r]
	length       int       // of all sequences together
	logitsFactor float32
}

type attentionStep uint8

const (
	stepScores attentionStep = iota
	stepSum                  // over the heads' scores
	stepContext
	stepGrad
)

// sumBlock is how many rows a part of stepSum has.
const sumBlock = 512

// attend sets up a step; rows past the last offset are nobody's.
func (d *device) attend(a *hw.Attention, step attentionStep) *attention {
	w := &d.attention
	if a.Q.Cols%a.Heads != 0 || a.KV.Cols != 2*a.Q.Cols || a.QSeqs.Count != a.Seqs.Count {
		panic("cpu: attention: shapes do not fit")
	}
	*w = attention{
		d: d, a: a, step: step, q: f(a.Q), kv: f(a.KV), bias: f(a.KeyBias), qs: n(a.QSeqs.Offsets), ks: n(a.Seqs.Offsets),
		probs: probabilities(a.Probs), start: w.start[:0], scored: f(a.Scored), keys: n(a.Drop.Keys),
		all: true, width: a.Q.Cols, head: a.Q.Cols / a.Heads, group: 1, perHead: w.perHead,
		weight: f(a.KeyWeight), logs: w.logs,
	}
	w.logitsFactor = float32(1 / math.Sqrt(float64(w.head)))
	w.length = int(w.ks[a.Seqs.Count])
	at := 0
	for b := range a.Seqs.Count {
		w.start = append(w.start, at)
		at += a.Heads * int(w.qs[b+1]-w.qs[b]) * int(w.ks[b+1]-w.ks[b])
	}
	if w.weight != nil {
		w.logs = grown(w.logs, w.length)
		for r := range w.logs {
			w.logs[r] = float32(math.Log(float64(w.weight[r])))
		}
	}
	if at > w.probs.size {
		panic("cpu: attention: too many query-key pairs for its Probs")
	}
	return w
}

// probs is an attention's memory, made when it is first needed and then for the
// largest batch that its Q has room for: memory that grew with the batches would
// leave a piece behind at each step.
type probs struct {
	of      *scope
	size    int       // probabilities that there may be
	stored  []float32 // in training with dropout
	context []float32 // of all rows, if the scores are read
}

func probabilities(of hw.Probs) *probs {
	p := of.Buf.(*probs)
	p.of.alive()
	return p
}

// stores reports whether probabilities are stored.
func (w *attention) stores() bool { return w.a.Drop.Rate > 0 }

// scores reports whether somebody reads the scores.
func (w *attention) scores() bool { return w.a.Score.Kind != hw.NoScore }

func (d *device) Scores(a *hw.Attention) {
	if d.err != nil {
		return
	}
	w := d.attend(a, stepScores)
	if w.scores() && len(w.perHead) < a.Heads*w.length {
		w.perHead = make([]float32, a.Heads*(most(a.KV)/a.KV.Cols))
	}
	switch p := w.probs; {
	case w.stores():
		if p.stored == nil {
			p.stored = p.of.room(p.size)
		}
		w.group = 4 // whose random bits come together
	case !w.scores():
		return
	case len(p.context) < a.Q.Rows*w.width:
		p.context = p.of.room(most(a.Q))
	}
	w.run()
	if w.scores() {
		w.step = stepSum
		d.pool.run(w, (w.length+sumBlock-1)/sumBlock)
	}
}

func (w *attention) groups() int { return (w.a.Heads + w.group - 1) / w.group }

func (w *attention) run() { w.d.pool.run(w, w.a.Seqs.Count*w.groups()) }

func (w *attention) part(i, thread int) {
	if w.step == stepSum {
		w.sum(i*sumBlock, min(w.length, (i+1)*sumBlock))
		return
	}
	s := w.sequence(i/w.groups(), thread)
	if s.nk == 0 {
		return
	}
	h := i % w.groups() * w.group
	switch w.step {
	case stepScores:
		if w.stores() {
			s.store(h, min(h+w.group, w.a.Heads))
		} else {
			s.early(h)
		}
	case stepContext:
		s.context(h)
	case stepGrad:
		s.grad(h)
	}
}

// sequence is one sequence's place in an attention.
type sequence struct {
	*attention
	b, thread int
	q0, nq    int // its queries
	k0, nk    int // its keys
}

func (w *attention) sequence(b, thread int) sequence {
	return sequence{w, b, thread, int(w.qs[b]), int(w.qs[b+1] - w.qs[b]), int(w.ks[b]), int(w.ks[b+1] - w.ks[b])}
}

// stored is where the probabilities of a head are kept.
func (s *sequence) stored(h int) []float32 {
	return s.probs.stored[s.start[s.b]+h*s.nq*s.nk:][:s.nq*s.nk]
}

// key and value return the first element of the head's keys and values; a row is
// 2·width long.
func (s *sequence) key(of []float32, h int) []float32   { return of[s.k0*2*s.width+h*s.head:] }
func (s *sequence) value(of []float32, h int) []float32 { return s.key(of, h)[s.width:] }
func (s *sequence) query(of []float32, h int) []float32 { return of[s.q0*s.width+h*s.head:] }

// store makes and keeps the probabilities of heads h to last.
func (s *sequence) store(h, last int) {
	turned := s.d.threadRoom(s.thread, s.head*s.nk)
	for h := h; h < last; h++ {
		s.turn(turned, s.kv, h)
		s.probabilities(s.stored(h), turned, h, 0, s.nq)
		s.score(s.stored(h), h, 0, s.nq)
	}
	s.mark(h, last)
}

// early makes the head's probabilities, a block of queries at a time, and what is
// made of them.
func (s *sequence) early(h int) {
	room := s.d.threadRoom(s.thread, (s.head+min(queryBlock, s.nq))*s.nk)
	turned, p := room[:s.head*s.nk], room[s.head*s.nk:]
	s.turn(turned, s.kv, h)
	for i := 0; i == 0 || i < s.nq; i += queryBlock {
		j := min(s.nq, i+queryBlock)
		s.probabilities(p, turned, h, i, j)
		s.score(p, h, i, j)
		s.weigh(s.probs.context, h, p, s.q0+i, s.q0+j)
	}
}

// turn writes the head's keys as columns, divided by the root of their length.
func (s *sequence) turn(to, kv []float32, h int) {
	s.d.set.Transpose(to, s.nk, s.key(kv, h), 2*s.width, s.nk, s.head, s.logitsFactor)
}

// probabilities sets p to those of the queries from i up to j; turned holds the keys.
func (s *sequence) probabilities(p, turned []float32, h, i, j int) {
	s.logits(p, turned, h, i, j)
	p = p[:(j-i)*s.nk]
	if s.weight != nil {
		s.weighted(p, i, j)
	}
	s.d.set.Softmax(p, s.nk)
}

// logits sets p to those of the queries from i up to j, without the keys' weights.
func (s *sequence) logits(p, turned []float32, h, i, j int) {
	s.d.set.Gemm(p, s.nk, s.query(s.q, h)[i*s.width:], s.width, 1, turned, s.nk, j-i, s.nk, s.head, false)
	p = p[:(j-i)*s.nk]
	for r := 0; s.bias != nil && r < len(p); r += s.nk {
		s.d.set.Add(p[r:r+s.nk], s.bias[s.k0:s.k0+s.nk])
	}
}

// weighted adds the logarithms of the weights to the logits of the queries from i up
// to j, but to none of a row with itself.
func (s *sequence) weighted(p []float32, i, j int) {
	for ; i < j; i++ {
		own := p[i]
		s.d.set.Add(p[:s.nk], s.logs[s.k0:s.k0+s.nk])
		p[i] = own
		p = p[s.nk:]
	}
}
