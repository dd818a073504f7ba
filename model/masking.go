package model

import (
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/pruners"
)

// masking is the hook of Masked. In every layer the rows that are alive are gathered
// as keys, and those that ask as queries; what attention makes of these is put back
// among all rows, which then go through the rest of the block.
type masking struct {
	*hard
	alive         living // what enters the layer
	left          []living
	keys, context hw.Mat
	queries       struct { // of the rows that ask
		rows    hw.Mat
		list    hw.Ints
		offsets hw.Ints
		asking  []int32
	}
	all hw.Mat // the layer's input: every row
}

// living is which rows of the batch are alive: their numbers, and where each
// sequence's begin.
type living struct {
	rows []int32
	seqs ragged.Seqs
}

// enter makes a layer's activations of its input: the living rows are what attention
// sees. Where none lives, one row stands for them, whose context nobody takes.
func (m *masking) enter(r *Run, a *Activations, x hw.Mat) {
	m.all = x
	alive, asking := m.alive, m.asking(r, a.Layer)
	m.queries.asking = asking.rows
	if len(alive.rows) == 0 {
		alive = living{[]int32{0}, make(ragged.Seqs, len(alive.seqs))}
		for s := 1; s < len(alive.seqs); s++ {
			alive.seqs[s] = 1
		}
		asking = alive
	}
	b, n := a.buffers, len(alive.rows)
	a.X, a.Asking = m.keys.Top(n), m.queries.rows.Top(len(asking.rows))
	a.Seqs = m.gather(r, a.X, x, alive, a.own.rows, a.own.offsets)
	asks := m.gather(r, a.Asking, x, asking, m.queries.list, m.queries.offsets)
	a.Positions, a.Keys = a.own.positions.Top(n), hw.Ints{}
	r.d.GatherInts(a.Positions, r.places.Top(x.Rows), a.own.rows.Top(n), 1)
	a.Attention = hw.Attention{Heads: r.e.Config.Heads, Q: b.q.Top(a.Asking.Rows), KV: b.kv.Top(n), QSeqs: asks, Seqs: a.Seqs, Probs: b.probs}
	if score := m.Score(a.Layer); score.Kind != hw.NoScore {
		a.Attention.Score, a.Attention.Scored = score, a.own.scored.Top(n)
	}
	a.Scored = a.Attention.Scored
	if net := r.network(a); net != nil {
		a.Scored = net.Forward(a.X, a.Seqs, nil)
	}
}

// Choose implements Seam: the rule decides, unprotected, about what enters the next
// layer. All rows continue.
func (m *masking) Choose(r *Run, a *Activations) {
	if len(m.alive.rows) > 0 && pruners.Decides(m.pruner, a.Layer, m.layers) {
		m.decide(r, r.View(a))
	}
	m.left[a.Layer] = m.alive
	a.Next, a.NextPositions, a.Residual = r.seqs, r.places.Top(r.seqs.Rows), m.all
}

func (m *masking) decide(r *Run, v pruners.View) {
	if err := pruners.CheckScores(v); err != nil {
		r.Fail(err)
		return
	}
	keep := make([]bool, len(m.alive.rows))
	if p, ok := pruners.As[pruners.Unprotected](m.pruner); ok {
		p.KeepUnprotected(v, keep)
	} else {
		m.pruner.Keep(v, keep)
	}
	rows, next := ragged.Compact(m.alive.seqs, keep, nil, nil)
	for j, row := range rows {
		rows[j] = m.alive.rows[row]
	}
	m.alive = living{rows, next}
}

// spread returns a layer's context for all rows: zeros where a row has asked nothing.
func (m *masking) spread(r *Run, a *Activations) hw.Mat {
	to := m.context.Top(m.all.Rows)
	r.d.Combine(to, a.Context, places(r.d, r.mergeLists(a.own, 0), m.queries.asking, to.Rows))
	return to
}

// asking is which rows ask in a layer: the living, and where the rule does not
// decide also row 0 of a sequence that has lost it but not every token. Other
// dropped rows would ask there too, but nobody reads what becomes of them.
func (m *masking) asking(r *Run, layer int) living {
	first, alive := r.Batch.Seqs, m.alive
	if pruners.Decides(m.pruner, layer, m.layers) {
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

// gather copies the listed rows of x and returns their sequences on the device.
func (m *masking) gather(r *Run, to, x hw.Mat, which living, list, offsets hw.Ints) hw.Seqs {
	list, offsets = list.Top(len(which.rows)), offsets.Top(len(which.seqs))
	r.d.WriteInts(list, which.rows)
	r.d.WriteInts(offsets, which.seqs)
	r.d.Gather(to, x, list)
	return hw.Seqs{Offsets: offsets, Count: which.seqs.Count(), Rows: len(which.rows), Longest: which.seqs.Longest()}
}

// places puts row j of the living at its place among all n; other rows are 0.
func places(d hw.Device, l *mergeLists, alive []int32, n int) hw.Combination {
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
