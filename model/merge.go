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

// carry gives a layer's rows the sum of their scores in earlier layers, and reports whether
// there are any. Layers between that have no score hand the sum on.
func (r *Run) carry(a *Activations) bool {
	from := a.Layer - 1
	for from >= 0 && r.layers[from].Attention.Scored.Absent() {
		from--
	}
	if from < 0 {
		return false
	}
	sum := r.layers[from].Attention.Scored
	for l := from; l < a.Layer; l++ {
		before := &r.layers[l]
		next := r.layers[l+1].own.scored.Top(before.Next.Rows) // free: no score, or a's
		switch {
		case !before.Merge.Absent():
			r.d.Combine(next, sum, before.Merge)
		case !before.Rows.Absent():
			r.d.Gather(next, sum, before.Rows)
		default:
			r.d.Gather(next, sum, r.all(before.Next.Rows))
		}
		sum = next
	}
	return true
}

// all lists n rows, every one.
func (r *Run) all(n int) hw.Ints {
	if r.counting.Absent() {
		r.counting = r.d.Ints(r.size.Rows)
		list := make([]int32, r.size.Rows)
		for i := range list {
			list[i] = int32(i)
		}
		r.d.WriteInts(r.counting, list)
	}
	return r.counting.Top(n)
}
