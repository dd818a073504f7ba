package cpu

import (
	"math"
	"sort"

	"ltpbench/hw"
	"ltpbench/hw/cpu/simd"
)

// attention is one step of packed attention, a part for each sequence. The
// probabilities of sequence b, head h lie at [h][query][key] after those of the
// sequences before it.
type attention struct {
	d           *device
	a           *hw.Attention
	q, kv       []float32
	qs, ks      []int32
	bias        []float32
	probs       []float32
	start       []int // where each sequence's probabilities begin
	scored      []float32
	keys        []int32 // dropout keys, two for each row
	y           []float32
	rows        []int32
	all         bool
	width, head int
	context     bool
}

func (d *device) attend(a *hw.Attention) *attention {
	w := &d.attention
	if a.Q.Cols%a.Heads != 0 || a.KV.Cols != 2*a.Q.Cols || a.QSeqs.Count != a.Seqs.Count {
		panic("cpu: attention: shapes do not fit")
	}
	*w = attention{d: d, a: a, q: f(a.Q), kv: f(a.KV), qs: n(a.QSeqs.Offsets), ks: n(a.Seqs.Offsets), bias: f(a.KeyBias),
		probs: a.Probs.Buf.(*floats).x, start: w.start[:0], scored: f(a.Scored), keys: n(a.Drop.Keys), width: a.Q.Cols, head: a.Q.Cols / a.Heads}
	at := 0
	for b := range a.Seqs.Count {
		w.start = append(w.start, at)
		at += a.Heads * int(w.qs[b+1]-w.qs[b]) * int(w.ks[b+1]-w.ks[b])
	}
	if at > len(w.probs) {
		panic("cpu: attention: too many query-key pairs for its Probs")
	}
	return w
}

func (d *device) Scores(a *hw.Attention) {
	if d.err == nil {
		d.pool.run(d.attend(a), a.Seqs.Count)
	}
}

func (d *device) Context(y hw.Mat, a *hw.Attention, rows hw.Ints) {
	if d.err != nil {
		return
	}
	w := d.attend(a)
	w.context, w.y, w.rows, w.all = true, f(y), n(rows), rows.Absent()
	d.pool.run(w, a.Seqs.Count)
}

func (w *attention) part(b, thread int) {
	if w.context {
		w.mix(b, thread)
		return
	}
	q0, nq, k0, nk := int(w.qs[b]), int(w.qs[b+1]-w.qs[b]), int(w.ks[b]), int(w.ks[b+1]-w.ks[b])
	if nk == 0 {
		return
	}
	scale := float32(1 / math.Sqrt(float64(w.head)))
	turned := w.d.room(thread, w.head*nk)
	for h := range w.a.Heads {
		p := w.probs[w.start[b]+h*nq*nk:][:nq*nk]
		simd.Transpose(turned, nk, w.kv[k0*2*w.width+h*w.head:], 2*w.width, nk, w.head, scale)
		w.d.set.Gemm(p, nk, w.q[q0*w.width+h*w.head:], w.width, 1, turned, nk, nq, nk, w.head, false)
		for i := range nq {
			row := p[i*nk : (i+1)*nk]
			if w.bias != nil {
				simd.Add(row, w.bias[k0:k0+nk])
			}
			simd.Softmax(row)
		}
	}
	if w.scored != nil {
		w.score(b, w.scored[k0:k0+nk], nq, nk)
	}
}

// score sums what each key receives: heads in order, queries in order.
func (w *attention) score(b int, to []float32, nq, nk int) {
	if !w.a.Score.Accumulated {
		clear(to)
	}
	for h := range w.a.Heads {
		p := w.probs[w.start[b]+h*nq*nk:][:nq*nk]
		for i := range nq {
			row := p[i*nk : (i+1)*nk]
			switch w.a.Score.Kind {
			case hw.Received:
				simd.Add(to, row)
			case hw.ReceivedFromOthers:
				for k, v := range row {
					if k != i {
						to[k] += v
					}
				}
			case hw.FromFirst:
				if i == 0 {
					simd.Add(to, row)
				}
			}
		}
	}
}

// mix writes the context rows of sequence b: those of its queries, or of the
// listed ones.
func (w *attention) mix(b, thread int) {
	q0, q1, k0, nk := int(w.qs[b]), int(w.qs[b+1]), int(w.ks[b]), int(w.ks[b+1]-w.ks[b])
	nq := q1 - q0
	if nk == 0 {
		return
	}
	first, last := w.span(q0, q1)
	drop := w.a.Drop.Rate > 0
	var mixed []float32
	if drop || !w.all {
		mixed = w.d.room(thread, nq*nk)
	}
	for h := range w.a.Heads {
		p := w.probs[w.start[b]+h*nq*nk:][:nq*nk]
		rows := nq
		if !w.all {
			rows = last - first
			for i := range rows {
				copy(mixed[i*nk:(i+1)*nk], p[(int(w.rows[first+i])-q0)*nk:][:nk])
			}
			p = mixed
		}
		if drop {
			w.dropped(mixed, p, b, h, first, rows)
			p = mixed
		}
		w.d.set.Gemm(w.y[first*w.width+h*w.head:], w.width, p, nk, 1, w.kv[k0*2*w.width+w.width+h*w.head:], 2*w.width, rows, w.head, nk, false)
	}
}

// span returns which rows of y belong to the queries from q0 up to q1.
func (w *attention) span(q0, q1 int) (first, last int) {
	if w.all {
		return q0, q1
	}
	first = sort.Search(len(w.rows), func(i int) bool { return int(w.rows[i]) >= q0 })
	last = sort.Search(len(w.rows), func(i int) bool { return int(w.rows[i]) >= q1 })
	return first, last
}

// dropped writes to y the probabilities p (rows first.. of the query list) with
// those of one head dropped that chance chooses.
func (w *attention) dropped(y, p []float32, b, h, first, rows int) {
	k0, nk := int(w.ks[b]), int(w.ks[b+1]-w.ks[b])
	bar, up := w.a.Drop.Bar(), 1/(1-w.a.Drop.Rate)
	for i := range rows {
		query := first + i
		if !w.all {
			query = int(w.rows[query])
		}
		key := rowKey(w.keys, query)
		for k := range nk {
			v := p[i*nk+k] * up
			if w.a.Drop.PairBits(key, rowKey(w.keys, k0+k), h/4)>>(16*(h%4))&0xffff < bar {
				v = 0
			}
			y[i*nk+k] = v
		}
	}
}

func rowKey(keys []int32, row int) uint64 {
	return uint64(uint32(keys[2*row])) | uint64(uint32(keys[2*row+1]))<<32
}
