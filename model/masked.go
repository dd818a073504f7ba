package model

import (
	"fmt"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/pruners"
)

// Masked runs an encoder as published code measures accuracy (mode `reference`):
// nothing is removed. A dropped token is masked as a key and asks nothing; its row
// still passes every block, with a context of zeros. Nothing is protected: row 0
// may be dropped, and so may all rows, and the head reads row 0, dropped or not.
// It saves no work and is there to tell how much protection matters.
type Masked struct {
	r       *Run
	pruner  pruners.Pruner
	context hw.Mat
}

// NewMasked makes room for batches up to the given size.
func NewMasked(e *Encoder, p pruners.Pruner, size Size) (*Masked, error) {
	r, err := NewHardRun(e, p, size, Options{Exact: true})
	if err != nil {
		return nil, err
	}
	if _, ok := p.(pruners.Merger); ok {
		return nil, fmt.Errorf("pruner %s makes new rows; a mask cannot stand for it", p.Spec())
	}
	for i := range e.Layers {
		if p.Score(i, e.Config.Layers).Accumulated {
			return nil, fmt.Errorf("pruner %s accumulates scores, which the masked emulation does not", p.Spec())
		}
	}
	return &Masked{r, p, e.Device.Floats(size.Rows, e.Config.Width)}, nil
}

// Forward runs a batch and returns the logits, one row for each sequence, and how
// many rows of each sequence leave each layer.
func (m *Masked) Forward(batch ragged.Batch) (logits []float32, kept [][]int, err error) {
	r, d := m.r, m.r.d
	r.Load(batch)
	x, n := r.embed(), batch.Seqs.Rows()
	alive, seqs := make([]int32, n), append(ragged.Seqs(nil), batch.Seqs...)
	for i := range alive {
		alive[i] = int32(i)
	}
	kept = make([][]int, seqs.Count())
	for i := range r.e.Layers {
		w, b, lists := &r.e.Layers[i], r.layers[i].buffers, r.mergeLists(&r.layers[i])
		a := m.attend(i, x, alive, seqs)
		d.Combine(m.context.Top(n), b.context.Top(max(1, len(alive))), spread(d, lists, alive, n))
		out, mid, up, down, y := b.out.Top(n), b.mid.Top(n), b.up.Top(n), b.down.Top(n), b.y.Top(n)
		d.Linear(out, m.context.Top(n), w.Out, hw.Identity, hw.Mat{})
		d.Norm(mid, out, x, w.Norm1)
		d.Linear(up, mid, w.Up, hw.GELU, hw.Mat{})
		d.Linear(down, up, w.Down, hw.Identity, hw.Mat{})
		d.Norm(y, down, mid, w.Norm2)
		x = y
		if alive, seqs, err = m.choose(i, a, alive, seqs); err != nil {
			return nil, nil, err
		}
		for s := range kept {
			kept[s] = append(kept[s], seqs.Len(s))
		}
	}
	last := &r.layers[len(r.layers)-1]
	last.Next = r.seqs // row 0 of each sequence as it was loaded
	head := r.head(x)
	if err := r.Sync(); err != nil {
		return nil, nil, err
	}
	logits = make([]float32, head.Rows*head.Cols)
	d.Read(logits, head)
	return logits, kept, nil
}

// attend runs a layer's attention over the rows that are alive.
func (m *Masked) attend(i int, x hw.Mat, alive []int32, seqs ragged.Seqs) hw.Attention {
	r, d, live := m.r, m.r.d, len(alive)
	if live == 0 {
		return hw.Attention{}
	}
	l, w := &r.layers[i], &r.e.Layers[i]
	b := l.buffers
	rows, offsets := l.own.rows.Top(live), l.own.offsets.Top(len(seqs))
	d.WriteInts(rows, alive)
	d.WriteInts(offsets, seqs)
	asking, on := b.residual.Top(live), hw.Seqs{Offsets: offsets, Count: seqs.Count(), Rows: live, Longest: seqs.Longest()}
	d.Gather(asking, x, rows)
	a := hw.Attention{Heads: r.e.Config.Heads, Q: b.q.Top(live), KV: b.kv.Top(live), QSeqs: on, Seqs: on, Probs: b.probs}
	if a.Score = r.seam.Score(i); a.Score.Kind != hw.NoScore {
		a.Scored = l.own.scored.Top(live)
	}
	d.Linear(a.Q, asking, w.Query, hw.Identity, hw.Mat{})
	d.Linear(a.KV, asking, w.KeyValue, hw.Identity, hw.Mat{})
	d.Scores(&a)
	d.Context(b.context.Top(live), &a, hw.Ints{})
	return a
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

// choose lets the rule decide, unprotected, and returns what is alive after it.
func (m *Masked) choose(i int, a hw.Attention, alive []int32, seqs ragged.Seqs) ([]int32, ragged.Seqs, error) {
	r := m.r
	blind, ok := m.pruner.(pruners.Blind)
	if len(alive) == 0 || a.Score.Kind == hw.NoScore && !(ok && blind.Decides(i, r.e.Config.Layers)) {
		return alive, seqs, nil
	}
	v := pruners.View{Layer: i, Layers: r.e.Config.Layers, Heads: r.e.Config.Heads, Seqs: seqs, Full: r.host.full, Examples: r.Batch.Examples, Width: r.e.Config.Width}
	for _, at := range alive {
		v.Positions = append(v.Positions, r.Batch.Positions[at])
	}
	if !a.Scored.Absent() {
		v.Scores = make([]float32, len(alive))
		r.d.Read(v.Scores, a.Scored)
	}
	v.Hidden = func() []float32 {
		x := r.layers[i].buffers.residual.Top(len(alive))
		h := make([]float32, x.Rows*x.Cols)
		r.d.Read(h, x)
		return h
	}
	if err := pruners.CheckScores(v); err != nil {
		return nil, nil, err
	}
	keep := make([]bool, len(alive))
	if p, ok := m.pruner.(pruners.Unprotected); ok {
		p.KeepUnprotected(v, keep)
	} else {
		m.pruner.Keep(v, keep)
	}
	rows, next := ragged.Compact(seqs, keep, nil, nil)
	for j, row := range rows {
		rows[j] = alive[row]
	}
	return rows, next, nil
}
