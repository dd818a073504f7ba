package model

import (
	"ltpbench/hw"
	"ltpbench/internal/ragged"
)

// count requests the number of rows that a selection has left, which only the device
// knows so far. Until counted, the layer's sizes are upper bounds and its rows past the
// end hold anything. That suffices for the residual rows and the context: attention finds
// the end itself, and the gather copies each row of the batch at most once too often, in
// the layer that drops it. Products would multiply the rows past the end in every layer.
func (r *Run) count(a *Activations, offsets hw.Ints) {
	a.counting = true
	if d, ok := r.d.(hw.AsyncReader); ok {
		d.StartRead(offsets)
	}
}

// attended runs between attention and its output projection. It waits for the count if
// the layer has requested one; where rows are silenced instead of dropped, it spreads the
// context over all rows.
func (r *Run) attended(a *Activations) {
	if a.counting {
		r.counted(a)
	}
	if m, ok := r.seam.(*masking); ok {
		a.Context = m.spread(r, a)
	}
}

// counted waits for the count and sizes to it all of the layer that has a row for each
// row that lives on. After an error the count is 0.
func (r *Run) counted(a *Activations) {
	next := append(r.host.next[:0], make(ragged.Seqs, a.Next.Count+1)...)
	if d, ok := r.d.(hw.AsyncReader); ok {
		d.FinishRead(next)
	} else {
		r.d.ReadInts(next, a.Next.Offsets)
	}
	n := next.Rows()
	a.counting, r.host.next = false, next
	a.Next.Rows, a.Next.Longest = n, next.Longest()
	a.Rows, a.NextPositions, a.NextKeys = a.Rows.Top(n), a.NextPositions.Top(n), a.NextKeys.Top(2*n)
	a.NextKeyBias, a.NextKeyWeight = a.NextKeyBias.Top(n), a.NextKeyWeight.Top(n)
	a.Residual, a.Context, a.Out, a.Mid = a.Residual.Top(n), a.Context.Top(n), a.Out.Top(n), a.Mid.Top(n)
	a.Pre, a.Up, a.Down, a.Y = a.Pre.Top(n), a.Up.Top(n), a.Down.Top(n), a.Y.Top(n)
}
