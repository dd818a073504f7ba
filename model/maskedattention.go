package model

import (
	"ltpbench/hw"
	"ltpbench/pruners"
)

// asking is which rows ask in a layer: the living, and where the rule does not
// decide also row 0 of a sequence that has lost it but not every token. Other
// dropped rows would ask there too, but nobody reads what becomes of them.
func (m *Masked) asking(layer int, alive living) living {
	first := m.r.Batch.Seqs
	if pruners.Decides(m.pruner, layer, m.r.e.Config.Layers) {
		return alive
	}
	var a living
	for s := range first.Count() {
		a.seqs = append(a.seqs, int32(len(a.rows)))
		rows := alive.rows[alive.seqs[s]:alive.seqs[s+1]]
		if len(rows) > 0 && rows[0] != first[s] {
			a.rows = append(a.rows, first[s])
		}
		a.rows = append(a.rows, rows...)
	}
	a.seqs = append(a.seqs, int32(len(a.rows)))
	return a
}

// attend runs a layer's attention: the asking rows over the living ones.
func (m *Masked) attend(i int, x hw.Mat, alive, asking living) hw.Attention {
	r, d, live := m.r, m.r.d, len(alive.rows)
	if live == 0 {
		return hw.Attention{}
	}
	l, w := &r.layers[i], &r.e.Layers[i]
	b := l.buffers
	keys, queries := b.residual.Top(live), m.queries.rows.Top(len(asking.rows))
	seqs := m.gather(keys, x, alive, l.own.rows, l.own.offsets)
	qseqs := m.gather(queries, x, asking, m.queries.list, m.queries.offsets)
	a := hw.Attention{Heads: r.e.Config.Heads, Q: b.q.Top(queries.Rows), KV: b.kv.Top(live), QSeqs: qseqs, Seqs: seqs, Probs: b.probs}
	if a.Score = r.seam.Score(i); a.Score.Kind != hw.NoScore {
		a.Scored = l.own.scored.Top(live)
	}
	d.Linear(a.Q, queries, w.Query, hw.Identity, hw.Mat{})
	d.Linear(a.KV, keys, w.KeyValue, hw.Identity, hw.Mat{})
	d.Scores(&a)
	d.Context(b.context.Top(queries.Rows), &a, hw.Ints{})
	return a
}

// gather copies the listed rows of x and returns their sequences on the device.
func (m *Masked) gather(to, x hw.Mat, which living, list, offsets hw.Ints) hw.Seqs {
	list, offsets = list.Top(len(which.rows)), offsets.Top(len(which.seqs))
	m.r.d.WriteInts(list, which.rows)
	m.r.d.WriteInts(offsets, which.seqs)
	m.r.d.Gather(to, x, list)
	return hw.Seqs{Offsets: offsets, Count: which.seqs.Count(), Rows: len(which.rows), Longest: which.seqs.Longest()}
}

// spread puts row j of the living at its place among all n; other rows are 0.
func spread(d hw.Device, l *mergeLists, alive []int32, n int) hw.Combination {
	offsets, sources, weights := make([]int32, n+1), make([]int32, len(alive)), make([]float32, len(alive))
	for j, at := range alive {
		offsets[at+1], sources[j], weights[j] = 1, int32(j), 1
	}
	for i := range n {
		offsets[i+1] += offsets[i]
	}
	c := hw.Combination{Offsets: l.offsets.Top(n + 1), Rows: l.sources.Top(len(alive)), Weights: l.weights.Top(len(alive))}
	d.WriteInts(c.Offsets, offsets)
	d.WriteInts(c.Rows, sources)
	d.Write(c.Weights, weights)
	return c
}
