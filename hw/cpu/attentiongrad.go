package cpu

import (
	"math"

	"ltpbench/hw"
	"ltpbench/hw/cpu/simd"
)

func (d *device) AttentionGrad(dq, dkv, dy hw.Mat, a *hw.Attention, rows hw.Ints, dscored hw.Mat) {
	if d.err != nil {
		return
	}
	w := d.attend(a)
	g := &attentionGrad{attention: w, dq: f(dq), dkv: f(dkv), dy: f(dy), dscored: f(dscored)}
	w.rows, w.all = n(rows), rows.Absent()
	d.pool.run(g, a.Seqs.Count)
}

// attentionGrad goes back through one packed attention, a part for each sequence.
type attentionGrad struct {
	*attention
	dq, dkv, dy, dscored []float32
}

func (w *attentionGrad) part(b, thread int) {
	q0, nq, k0, nk := int(w.qs[b]), int(w.qs[b+1]-w.qs[b]), int(w.ks[b]), int(w.ks[b+1]-w.ks[b])
	d, width, head := w.d, w.width, w.head
	for r := k0; r < k0+nk; r++ {
		clear(w.dkv[r*2*width : (r+1)*2*width])
	}
	scale := float32(1 / math.Sqrt(float64(head)))
	first, last := w.span(q0, q0+nq)
	room := d.room(thread, 2*nq*nk+head*nk)
	dp, used, turned := room[:nq*nk], room[nq*nk:2*nq*nk], room[2*nq*nk:]
	for h := range w.a.Heads {
		p := w.probs[w.start[b]+h*nq*nk:][:nq*nk]
		clear(dp)
		clear(used)
		w.fromContext(dp, used, turned, p, b, h, first, last)
		w.fromScore(dp, h, nq, nk, k0)
		// through the softmax, to the logits
		for i := range nq {
			row, g := p[i*nk:(i+1)*nk], dp[i*nk:(i+1)*nk]
			dot := float32(0)
			for k, v := range row {
				dot += v * g[k]
			}
			for k, v := range row {
				g[k] = v * (g[k] - dot) * scale
			}
		}
		d.set.Gemm(w.dq[q0*width+h*head:], width, dp, nk, 1, w.kv[k0*2*width+h*head:], 2*width, nq, head, nk, false)
		d.set.Gemm(w.dkv[k0*2*width+h*head:], 2*width, dp, 1, nk, w.q[q0*width+h*head:], width, nk, head, nq, false)
	}
}

// fromContext sets the rows of dp that went into the context to dC·Vᵀ, and adds
// Pᵀ·dC to the values' gradient; used is room for the rows of P after dropout.
func (w *attentionGrad) fromContext(dp, used, turned, p []float32, b, h, first, last int) {
	q0, k0, nk := int(w.qs[b]), int(w.ks[b]), int(w.ks[b+1]-w.ks[b])
	width, head, rows := w.width, w.head, last-first
	if rows == 0 {
		return
	}
	values := k0*2*width + width + h*head
	for i := range rows {
		copy(used[i*nk:(i+1)*nk], p[w.query(first+i, q0)*nk:][:nk])
	}
	drop := w.a.Drop.Rate > 0
	if drop {
		w.dropped(used, used, b, h, first, rows)
	}
	dy := w.dy[first*width+h*head:]
	w.d.set.Gemm(w.dkv[values:], 2*width, used, 1, nk, dy, width, nk, head, rows, false)
	simd.Transpose(turned, nk, w.kv[values:], 2*width, nk, head, 1)
	up := float32(1)
	if drop {
		up = 1 / (1 - w.a.Drop.Rate)
	}
	for i := range rows {
		to := dp[w.query(first+i, q0)*nk:][:nk]
		w.d.set.Gemm(to, nk, dy[i*width:], width, 1, turned, nk, 1, nk, head, false)
		if !drop {
			continue
		}
		for k := range to {
			if used[i*nk+k] == 0 {
				to[k] = 0
			}
			to[k] *= up
		}
	}
}

// query is the place of context row i's query within its sequence.
func (w *attention) query(i, q0 int) int {
	if w.all {
		return i - q0
	}
	return int(w.rows[i]) - q0
}

// fromScore adds the gradient into the scores.
func (w *attentionGrad) fromScore(dp []float32, h, nq, nk, k0 int) {
	if w.dscored == nil {
		return
	}
	g := w.dscored[k0 : k0+nk]
	for i := range nq {
		row := dp[i*nk : (i+1)*nk]
		switch w.a.Score.Kind {
		case hw.Received:
			simd.Add(row, g)
		case hw.ReceivedFromOthers:
			for k, v := range g {
				if k != i {
					row[k] += v
				}
			}
		case hw.FromFirst:
			if i == 0 {
				simd.Add(row, g)
			}
		}
	}
}
