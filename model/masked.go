package model

import (
	"fmt"
	"slices"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/pruners"
)

// Masked runs an encoder as published code measures accuracy (mode `reference`):
// nothing is removed. A dropped token is masked as a key and asks nothing; its row
// still passes every block, with a context of zeros. Nothing is protected: row 0
// may be dropped, and so may all rows, and the head reads row 0, dropped or not.
// It saves no work and is there to tell how much protection matters.
//
// In a layer in which the rule does not decide (a threshold of exactly 0) the
// published pruner returns before it silences dropped rows, so that row 0 attends
// there whether it lives or not. Where no token lives any more the published code
// then attends to everything, padding included, with logits that -10000 has
// rounded to steps of 0.001; here that context stays 0.
type Masked struct {
	r       *Run
	pruner  pruners.Pruner
	context hw.Mat
	queries struct { // of the rows that ask, where these are not the living ones
		rows    hw.Mat
		list    hw.Ints
		offsets hw.Ints
	}
	left []living // by layer: what it leaves
}

// living is which rows of the batch are alive: their numbers, and where each
// sequence's begin.
type living struct {
	rows []int32
	seqs ragged.Seqs
}

// NewMasked makes room for batches up to the given size.
func NewMasked(e *Encoder, p pruners.Pruner, size Size) (*Masked, error) {
	if _, ok := pruners.As[pruners.Merger](p); ok {
		return nil, fmt.Errorf("pruner %s makes new rows; a mask cannot stand for it", p.Spec())
	}
	for i := range e.Layers {
		if p.Score(i, e.Config.Layers).Accumulated {
			return nil, fmt.Errorf("pruner %s accumulates scores, which the masked emulation does not", p.Spec())
		}
	}
	r, err := NewHardRun(e, p, size, Options{FullLastLayer: true})
	if err != nil {
		return nil, err
	}
	m := &Masked{r: r, pruner: p, context: r.memory.Floats(size.Rows, e.Config.Width), left: make([]living, e.Config.Layers)}
	m.queries.rows = r.memory.Floats(size.Rows, e.Config.Width)
	m.queries.list, m.queries.offsets = r.memory.Ints(size.Rows), r.memory.Ints(size.Seqs+1)
	return m, nil
}

// Close gives its memory back; closing twice does nothing.
func (m *Masked) Close() { m.r.Close() }

// Forward runs a batch and returns the logits, one row for each sequence, and how
// many rows of each sequence leave each layer.
func (m *Masked) Forward(batch ragged.Batch) (logits []float32, kept [][]int, err error) {
	r, d := m.r, m.r.d
	r.Load(batch)
	x, n := r.embed(), batch.Seqs.Rows()
	alive := living{make([]int32, n), slices.Clone(batch.Seqs)}
	for i := range alive.rows {
		alive.rows[i] = int32(i)
	}
	kept = make([][]int, batch.Seqs.Count())
	for i := range r.e.Layers {
		w, b, lists := &r.e.Layers[i], r.layers[i].buffers, r.mergeLists(&r.layers[i])
		asking := m.asking(i, alive)
		a := m.attend(i, x, alive, asking)
		d.Combine(m.context.Top(n), b.context.Top(max(1, len(asking.rows))), spread(d, lists, asking.rows, n))
		out, mid, up, down, y := b.out.Top(n), b.mid.Top(n), b.up.Top(n), b.down.Top(n), b.y.Top(n)
		d.Linear(out, m.context.Top(n), w.Out, hw.Identity, hw.Mat{})
		d.Norm(mid, out, x, w.Norm1)
		d.Linear(up, mid, w.Up, r.e.Config.Act(), hw.Mat{})
		d.Linear(down, up, w.Down, hw.Identity, hw.Mat{})
		d.Norm(y, down, mid, w.Norm2)
		x = y
		if alive, err = m.choose(i, a, alive); err != nil {
			return nil, nil, err
		}
		m.left[i] = alive
		for s := range kept {
			kept[s] = append(kept[s], alive.seqs.Len(s))
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

// Kept returns what left the layer in the last Forward: the offsets of what is left
// of each sequence, and the tokens' positions. Both are valid until the next one.
func (m *Masked) Kept(layer int) (ragged.Seqs, []int32) {
	l := m.left[layer]
	positions := make([]int32, len(l.rows))
	for j, row := range l.rows {
		positions[j] = m.r.Batch.Positions[row]
	}
	return l.seqs, positions
}

// choose lets the rule decide, unprotected, and returns what is alive after it.
func (m *Masked) choose(i int, a hw.Attention, alive living) (living, error) {
	r := m.r
	if len(alive.rows) == 0 || !pruners.Decides(m.pruner, i, r.e.Config.Layers) {
		return alive, nil
	}
	v := pruners.View{Layer: i, Layers: r.e.Config.Layers, Heads: r.e.Config.Heads, Seqs: alive.seqs, Full: r.host.full, Examples: r.Batch.Examples, Width: r.e.Config.Width}
	for _, row := range alive.rows {
		v.Positions = append(v.Positions, r.Batch.Positions[row])
	}
	if !a.Scored.Absent() {
		v.Scores = make([]float32, len(alive.rows))
		r.d.Read(v.Scores, a.Scored)
	}
	v.Hidden = func() []float32 {
		x := r.layers[i].buffers.residual.Top(len(alive.rows))
		h := make([]float32, x.Rows*x.Cols)
		r.d.Read(h, x)
		return h
	}
	if err := pruners.CheckScores(v); err != nil {
		return living{}, err
	}
	keep := make([]bool, len(alive.rows))
	if p, ok := pruners.As[pruners.Unprotected](m.pruner); ok {
		p.KeepUnprotected(v, keep)
	} else {
		m.pruner.Keep(v, keep)
	}
	rows, next := ragged.Compact(alive.seqs, keep, nil, nil)
	for j, row := range rows {
		rows[j] = alive.rows[row]
	}
	return living{rows, next}, nil
}
