package model

import (
	"ltpbench/hw"
	"ltpbench/pruners"

	"math"
)

// mergeLists is a layer's memory for merging rows, made when first needed.
type mergeLists struct {
	offsets, sources, firsts hw.Ints
	weights, bias, weight    hw.Mat
}

// mergeLists returns lists with room for so many sources. They grow where a merger needs
// more than there are rows, such as one that pools all rows into each new one.
func (r *Run) mergeLists(l *lists, sources int) *mergeLists {
	n, m := r.size.Rows, r.memory
	if l.merge == nil {
		l.merge = &mergeLists{offsets: m.Ints(n + 1), sources: m.Ints(n), firsts: m.Ints(n), weights: m.Floats(n, 1), bias: m.Floats(n, 1), weight: m.Floats(n, 1)}
	}
	if have := l.merge.sources.N; sources > have {
		l.merge.sources, l.merge.weights = m.Ints(max(sources, 2*have)), m.Floats(max(sources, 2*have), 1)
	}
	return l.merge
}

// Merge asks for new rows in place of the old ones, made after the layer's attention.
func (r *Run) Merge(a *Activations, m *pruners.Merged) {
	var firsts hw.Ints
	a.Merge, firsts = r.combination(a.own, m)
	_, offsets, _ := r.Lists(a)
	r.d.WriteInts(offsets, m.Next)
	a.Next = hw.Seqs{Offsets: offsets, Count: m.Next.Count(), Rows: m.Next.Rows(), Longest: m.Next.Longest()}
	r.gatherRows(a, firsts)
	a.NextKeyBias, a.NextKeyWeight = r.sizes(a.own, m), hw.Mat{}
}

// combination puts what a merger asks for on the device, and lists each new row's first source.
func (r *Run) combination(own *lists, m *pruners.Merged) (c hw.Combination, firsts hw.Ints) {
	l, n := r.mergeLists(own, len(m.Rows)), m.Next.Rows()
	c = hw.Combination{Offsets: l.offsets.Top(n + 1), Rows: l.sources.Top(len(m.Rows)), Weights: l.weights.Top(len(m.Rows))}
	r.d.WriteInts(c.Offsets, m.Offsets)
	r.d.WriteInts(c.Rows, m.Rows)
	r.d.Write(c.Weights, m.Weights)
	own.sizes = append(own.sizes[:0], m.Sizes...)
	list := make([]int32, n)
	for i := range list {
		list[i] = m.Rows[m.Offsets[i]]
	}
	firsts = l.firsts.Top(n)
	r.d.WriteInts(firsts, list)
	return c, firsts
}

// sizesBefore is for how many tokens each row stands that reaches a layer, by the last
// merging between an attention and a feed-forward before it; nil: for one.
func (r *Run) sizesBefore(layer int) []float32 {
	for l := layer - 1; l >= 0; l-- {
		if a := &r.layers[l]; !a.Merge.Absent() && len(a.own.sizes) > 0 {
			return a.own.sizes
		}
	}
	return nil
}

// sizes is the bias of keys that stand for several tokens; absent if none does.
func (r *Run) sizes(own *lists, m *pruners.Merged) hw.Mat {
	if m.Sizes == nil {
		return hw.Mat{}
	}
	bias := make([]float32, len(m.Sizes))
	for i, s := range m.Sizes {
		bias[i] = float32(math.Log(float64(s)))
	}
	list := r.mergeLists(own, 0).bias.Top(len(bias))
	r.d.Write(list, bias)
	return list
}

// merge makes the feed-forward's input: what came out of attention, weighed or merged
// if the seam asked for it.
func (r *Run) merge(a *Activations) {
	a.In = a.Mid
	if w, ok := r.seam.(Weighing); ok {
		a.In = w.Weigh(r, a)
	}
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
