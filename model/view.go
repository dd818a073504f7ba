package model

import (
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/pruners"
)

// hostView is the host's memory for decisions that are made there.
type hostView struct {
	tablePositions, full, second []int32
	seqs, next                   ragged.Seqs
	positions, rows              []int32
	rowKeys                      []int32
	scores, hidden, keyed        []float32
	keep                         []bool
	merged                       pruners.Merged
	x, kv                        hw.Mat           // the layer's input and keys, which these read
	fetch, keysOf                func() []float32 // made once: a closure for each layer would be an allocation
}

// start prepares for a batch.
func (h *hostView) start(b ragged.Batch, c *Config) {
	n := b.Seqs.Rows()
	h.tablePositions, h.full, h.second = h.tablePositions[:0], h.full[:0], h.second[:0]
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
		n := int32(b.Seqs.Len(s))
		h.full = append(h.full, n)
		if s < len(b.Second) && b.Second[s] > 0 {
			n = b.Second[s]
		}
		h.second = append(h.second, n)
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

// View fetches what a pruner may see of a layer, after its attention, to the host. It
// waits for the device.
func (r *Run) View(a *Activations) pruners.View {
	v := r.view(a.Layer, a.X, a.Seqs, a.Positions, a.Scored)
	if kv := a.Attention.KV; !kv.Operand { // else only the device can read it
		r.host.kv, v.Keys = kv.Top(v.Seqs.Rows()), r.host.keysOf
	}
	return v
}

// EntryView is View of what reaches a layer, before its attention. The keys are those of
// another layer.
func (r *Run) EntryView(a *Activations) pruners.View {
	return r.view(a.Layer, a.Entry.X, a.Entry.Seqs, a.Entry.Positions, a.Entry.Scored)
}

func (r *Run) view(layer int, x hw.Mat, seqs hw.Seqs, positions hw.Ints, scored hw.Mat) pruners.View {
	h, c := &r.host, &r.e.Config
	h.seqs = h.seqs[:seqs.Count+1]
	r.d.ReadInts(h.seqs, seqs.Offsets)
	n := h.seqs.Rows()
	v := pruners.View{
		Layer: layer, Layers: c.Layers, Heads: c.Heads, Seqs: h.seqs, Full: h.full, Second: h.second,
		Positions: h.positions[:n], Examples: r.Batch.Examples, Width: c.Width, Draw: r.Draw, Progress: r.Progress,
	}
	r.d.ReadInts(v.Positions, positions.Top(n))
	if !scored.Absent() {
		if size := n * scored.Cols; len(h.scores) < size {
			h.scores = make([]float32, size)
		}
		v.Scores = h.scores[:n*scored.Cols]
		r.d.Read(v.Scores, scored.Top(n))
	}
	h.x = x.Top(n)
	if h.fetch == nil {
		h.fetch = func() []float32 { return r.read(&h.hidden, h.x) }
		h.keysOf = func() []float32 { return left(r.read(&h.keyed, h.kv), r.e.Config.Width) }
	}
	v.Hidden, v.Sizes = h.fetch, r.sizesBefore(layer)
	return v
}

// read reads a matrix into a list that grows with it.
func (r *Run) read(list *[]float32, x hw.Mat) []float32 {
	size := x.Rows * x.Cols
	if len(*list) < size {
		*list = make([]float32, size)
	}
	r.d.Read((*list)[:size], x)
	return (*list)[:size]
}

// left moves the first width columns of rows twice as wide together.
func left(rows []float32, width int) []float32 {
	n := len(rows) / (2 * width)
	for i := range n {
		copy(rows[i*width:(i+1)*width], rows[2*i*width:])
	}
	return rows[:n*width]
}
