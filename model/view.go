package model

import (
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/pruners"
)

// hostView is the host's memory for decisions that are made there.
type hostView struct {
	tablePositions, full []int32
	seqs, next           ragged.Seqs
	positions, rows      []int32
	rowKeys              []int32
	scores, hidden       []float32
	keep                 []bool
	merged               pruners.Merged
	x                    hw.Mat           // the layer's input, which fetch reads
	fetch                func() []float32 // made once: a closure for each layer would be an allocation
}

// start prepares for a batch.
func (h *hostView) start(b ragged.Batch, c *Config) {
	n := b.Seqs.Rows()
	h.tablePositions, h.full = h.tablePositions[:0], h.full[:0]
	first, pad, before := int32(c.FirstPosition()), int32(c.PadID), int32(0) // before: padding tokens before this one
	for i, p := range b.Positions {
		if p == 0 {
			before = 0
		}
		switch {
		case first == 0:
			h.tablePositions = append(h.tablePositions, p)
		case b.IDs[i] == pad: // in the text: RoBERTa counts only what is no padding
			h.tablePositions = append(h.tablePositions, pad)
			before++
		default:
			h.tablePositions = append(h.tablePositions, p-before+first)
		}
	}
	for s := range b.Seqs.Count() {
		h.full = append(h.full, int32(b.Seqs.Len(s)))
	}
	if len(h.keep) < n {
		h.keep, h.scores, h.positions = make([]bool, n), make([]float32, n), make([]int32, n)
		h.rows = make([]int32, 0, n)
	}
	if cap(h.seqs) < len(b.Seqs) {
		h.seqs, h.next = make(ragged.Seqs, len(b.Seqs)), make(ragged.Seqs, 0, len(b.Seqs))
	}
}

// keys returns the dropout keys of the batch's rows.
func (h *hostView) keys(b ragged.Batch) []int32 {
	h.rowKeys = h.rowKeys[:0]
	for s, example := range b.Examples {
		for r := b.Seqs[s]; r < b.Seqs[s+1]; r++ {
			key := ragged.Mix(example ^ ragged.Mix(uint64(b.Positions[r])))
			h.rowKeys = append(h.rowKeys, int32(uint32(key)), int32(uint32(key>>32)))
		}
	}
	return h.rowKeys
}

// View fetches what a pruner may see of a layer to the host. It waits for the device.
func (r *Run) View(a *Activations) pruners.View {
	h := &r.host
	h.seqs = h.seqs[:a.Seqs.Count+1]
	r.d.ReadInts(h.seqs, a.Seqs.Offsets)
	n := h.seqs.Rows()
	v := pruners.View{
		Layer: a.Layer, Layers: r.e.Config.Layers, Heads: a.Attention.Heads, Seqs: h.seqs, Full: h.full,
		Positions: h.positions[:n], Examples: r.Batch.Examples, Width: r.e.Config.Width,
	}
	r.d.ReadInts(v.Positions, a.Positions.Top(n))
	if !a.Scored.Absent() {
		v.Scores = h.scores[:n]
		r.d.Read(v.Scores, a.Scored.Top(n))
	}
	h.x = a.X.Top(n)
	if h.fetch == nil {
		h.fetch = func() []float32 {
			size := h.x.Rows * h.x.Cols
			if len(h.hidden) < size {
				h.hidden = make([]float32, size)
			}
			r.d.Read(h.hidden[:size], h.x)
			return h.hidden[:size]
		}
	}
	v.Hidden = h.fetch
	return v
}
