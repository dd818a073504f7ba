package model

import (
	"ltpbench/hw"
	"ltpbench/pruners"

	"math"
)

// mergeLists is a layer's memory for merging rows, made when first needed.
type mergeLists struct {
	offsets, sources, firsts hw.Ints
	weights, bias            hw.Mat
}

func (r *Run) mergeLists(a *Activations) *mergeLists {
	if a.own.merge == nil {
		n, m := r.size.Rows, r.memory
		a.own.merge = &mergeLists{m.Ints(n + 1), m.Ints(n), m.Ints(n), m.Floats(n, 1), m.Floats(n, 1)}
	}
	return a.own.merge
}

// Merge asks for new rows in place of the old ones, made after the layer's
// attention. No old row may be a source more often than there are rows in all.
func (r *Run) Merge(a *Activations, m *pruners.Merged) {
	l, n := r.mergeLists(a), m.Next.Rows()
	a.Merge = hw.Combination{Offsets: l.offsets.Top(n + 1), Rows: l.sources.Top(len(m.Rows)), Weights: l.weights.Top(len(m.Rows))}
	r.d.WriteInts(a.Merge.Offsets, m.Offsets)
	r.d.WriteInts(a.Merge.Rows, m.Rows)
	r.d.Write(a.Merge.Weights, m.Weights)
	_, offsets, _ := r.Lists(a)
	r.d.WriteInts(offsets, m.Next)
	a.Next = hw.Seqs{Offsets: offsets, Count: m.Next.Count(), Rows: n, Longest: m.Next.Longest()}
	firsts := make([]int32, n)
	for i := range firsts {
		firsts[i] = m.Rows[m.Offsets[i]]
	}
	list := l.firsts.Top(n)
	r.d.WriteInts(list, firsts)
	r.gatherRows(a, list)
	a.NextKeyBias = hw.Mat{}
	if m.Sizes != nil {
		bias := make([]float32, n)
		for i, s := range m.Sizes {
			bias[i] = float32(math.Log(float64(s)))
		}
		a.NextKeyBias = l.bias.Top(n)
		r.d.Write(a.NextKeyBias, bias)
	}
}

// merge makes the feed-forward's input: what came out of attention, merged if
// the seam asked for it.
func (r *Run) merge(a *Activations) {
	a.In = a.Mid
	if !a.Merge.Absent() {
		a.In = a.buffers.merged.Top(a.Next.Rows)
		r.d.Combine(a.In, a.Mid, a.Merge)
	}
}

// carry hands the scores accumulated so far to the rows that are still alive.
func (r *Run) carry(a *Activations, before hw.Mat) {
	if before.Absent() {
		r.d.Write(a.Attention.Scored, make([]float32, a.Attention.Scored.Rows))
		return
	}
	last := &r.layers[a.Layer-1]
	switch {
	case !last.Merge.Absent():
		r.d.Combine(a.Attention.Scored, before, last.Merge)
	case !last.Rows.Absent():
		r.d.Gather(a.Attention.Scored, before, last.Rows)
	default:
		r.d.Combine(a.Attention.Scored, before, r.identity(a.Seqs.Rows))
	}
}

// identity is the combination that copies n rows.
func (r *Run) identity(n int) hw.Combination {
	l := r.mergeLists(&r.layers[0])
	offsets, weights := make([]int32, n+1), make([]float32, n)
	for i := range n {
		offsets[i+1], weights[i] = int32(i+1), 1
	}
	c := hw.Combination{Offsets: l.offsets.Top(n + 1), Rows: l.sources.Top(n), Weights: l.weights.Top(n)}
	r.d.WriteInts(c.Offsets, offsets)
	r.d.WriteInts(c.Rows, offsets[:n])
	r.d.Write(c.Weights, weights)
	return c
}
