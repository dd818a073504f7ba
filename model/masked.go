package model

import (
	"fmt"
	"slices"

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
	r    *Run
	hook *masking
}

// NewMasked makes room for batches up to the given size.
func NewMasked(e *Encoder, p pruners.Pruner, size Size) (*Masked, error) {
	if _, ok := pruners.As[pruners.Merger](p); ok {
		return nil, fmt.Errorf("pruner %s makes new rows, which a mask cannot emulate", p.Spec())
	}
	if pruners.Depth(p, e.Config.Layers) < e.Config.Layers {
		return nil, fmt.Errorf("pruner %s leaves layers out, which a mask cannot emulate", p.Spec())
	}
	for i := range e.Layers {
		if pruners.Before(p, i, e.Config.Layers) {
			return nil, fmt.Errorf("pruner %s decides before attention, which the masked emulation does not", p.Spec())
		}
		if p.Score(i, e.Config.Layers).Accumulated {
			return nil, fmt.Errorf("pruner %s accumulates scores, which the masked emulation does not", p.Spec())
		}
	}
	r, err := NewHardRun(e, p, size, Options{FullLastLayer: true})
	if err != nil {
		return nil, err
	}
	m := &masking{hard: r.seam.(*hard), left: make([]living, e.Config.Layers)}
	m.queries.rows, m.keys, m.context = r.memory.Floats(size.Rows, e.Config.Width), r.memory.Floats(size.Rows, e.Config.Width), r.memory.Floats(size.Rows, e.Config.Width)
	m.queries.list, m.queries.offsets = r.memory.Ints(size.Rows), r.memory.Ints(size.Seqs+1)
	r.seam = m
	return &Masked{r, m}, nil
}

// Close gives its memory back; closing twice does nothing.
func (m *Masked) Close() { m.r.Close() }

// Forward runs a batch and returns the logits, one row for each sequence, and how
// many rows of each sequence leave each layer.
func (m *Masked) Forward(batch ragged.Batch) (logits []float32, kept [][]int, err error) {
	r, n := m.r, batch.Seqs.Rows()
	r.Load(batch)
	m.hook.alive = living{make([]int32, n), slices.Clone(batch.Seqs)}
	for i := range m.hook.alive.rows {
		m.hook.alive.rows[i] = int32(i)
	}
	head := r.e.Forward(r)
	if err := r.Sync(); err != nil {
		return nil, nil, err
	}
	logits = make([]float32, head.Rows*head.Cols)
	r.d.Read(logits, head)
	kept = make([][]int, batch.Seqs.Count())
	for s := range kept {
		for _, l := range m.hook.left {
			kept[s] = append(kept[s], l.seqs.Len(s))
		}
	}
	return logits, kept, nil
}

// Kept returns what left the layer in the last Forward: the offsets of what is left
// of each sequence, and the tokens' positions. Both are valid until the next one.
func (m *Masked) Kept(layer int) (ragged.Seqs, []int32) {
	l := m.hook.left[layer]
	positions := make([]int32, len(l.rows))
	for j, row := range l.rows {
		positions[j] = m.r.Batch.Positions[row]
	}
	return l.seqs, positions
}
