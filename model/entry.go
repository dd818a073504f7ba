package model

import (
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/pruners"
)

// ScoreEntry runs the network that scores what reaches a layer, if the seam has one
// there, for a decision before attention. policy weighs the rows in its means, one
// number for each; nil: all alike.
func (r *Run) ScoreEntry(a *Activations, policy []float32) {
	if net := r.network(a); net != nil {
		a.Entry.Scored = net.Forward(a.Entry.X, a.Entry.Seqs, policy)
	}
}

// Admit lets the listed rows of what reaches a layer enter it, ascending, with these
// offsets.
func (r *Run) Admit(a *Activations, rows []int32, next ragged.Seqs) {
	l := r.entryLists(a)
	list := l.rows.Top(len(rows))
	r.d.WriteInts(list, rows)
	r.entered(a, list, next)
	a.Entry.Rows = list
	a.X = a.buffers.entered.Top(len(rows))
	r.d.Gather(a.X, a.Entry.X, list)
	a.KeyBias, a.KeyWeight = r.gatherKeys(l, a.KeyBias, a.KeyWeight, list)
}

// MergeEntry has new rows, made of those that reach a layer, enter it in their place.
func (r *Run) MergeEntry(a *Activations, m *pruners.Merged) {
	l := r.entryLists(a)
	var firsts hw.Ints
	a.Entry.Merge, firsts = r.combination(l, m)
	r.entered(a, firsts, m.Next)
	a.X = a.buffers.entered.Top(m.Next.Rows())
	r.d.Combine(a.X, a.Entry.X, a.Entry.Merge)
	a.KeyBias, a.KeyWeight = r.sizes(l, m), hw.Mat{}
}

// entered sets a layer's sequences to those of the rows that enter it.
func (r *Run) entered(a *Activations, rows hw.Ints, next ragged.Seqs) {
	l := a.entry
	if a.buffers.entered.Absent() {
		a.buffers.entered = r.memory.Floats(r.size.Rows, r.e.Config.Width)
	}
	offsets := l.offsets.Top(len(next))
	r.d.WriteInts(offsets, next)
	a.Seqs = hw.Seqs{Offsets: offsets, Count: next.Count(), Rows: next.Rows(), Longest: next.Longest()}
	a.Positions, a.Keys = r.gatherPlaces(l, a.Entry.Positions, a.Entry.Keys, rows)
}

// entryLists is a layer's memory for a decision before its attention.
func (r *Run) entryLists(a *Activations) *lists {
	if a.entry == nil {
		a.entry = r.newLists()
	}
	return a.entry
}
