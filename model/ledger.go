package model

import "ltpbench/internal/ragged"

// Kept returns, after Sync, the offsets of what left a layer and the original
// positions of its rows, sequence after sequence. The slices are the caller's.
func (r *Run) Kept(layer int) (ragged.Seqs, []int32) {
	a := &r.layers[layer]
	seqs := make(ragged.Seqs, a.Next.Count+1)
	r.d.ReadInts(seqs, a.Next.Offsets)
	positions := make([]int32, seqs.Rows())
	r.d.ReadInts(positions, a.NextPositions.Top(len(positions)))
	return seqs, positions
}

// Received returns, after Sync, a layer's scores: those of the rows that were
// alive when it began.
func (r *Run) Received(layer int) (ragged.Seqs, []float32) {
	a := &r.layers[layer]
	seqs := make(ragged.Seqs, a.Seqs.Count+1)
	r.d.ReadInts(seqs, a.Seqs.Offsets)
	if a.Scored.Absent() {
		return seqs, nil
	}
	scores := make([]float32, seqs.Rows())
	r.d.Read(scores, a.Scored.Top(len(scores)))
	return seqs, scores
}

// Counts adds up, after Sync, the rows of each sequence: asking[b][i] of them ask
// in layer i, alive[b][i] are asked, kept[b][i] continue.
func (r *Run) Counts() (asking, alive, kept [][]int) {
	count := r.seqs.Count
	asking, alive, kept = make([][]int, count), make([][]int, count), make([][]int, count)
	offsets := make(ragged.Seqs, count+1)
	for i := range r.layers {
		a := &r.layers[i]
		r.d.ReadInts(offsets, a.Attention.QSeqs.Offsets)
		for b := range count {
			asking[b] = append(asking[b], offsets.Len(b))
		}
		r.d.ReadInts(offsets, a.Seqs.Offsets)
		for b := range count {
			alive[b] = append(alive[b], offsets.Len(b))
		}
		r.d.ReadInts(offsets, a.Next.Offsets)
		for b := range count {
			kept[b] = append(kept[b], offsets.Len(b))
		}
	}
	return asking, alive, kept
}

// Activations returns layer i's activations, for a backward pass.
func (r *Run) Activations(i int) *Activations { return &r.layers[i] }
