package model

import "ltpbench/internal/ragged"

// Kept returns, after Sync, the offsets of what left a layer and the original
// positions of its rows, sequence after sequence. Nothing leaves a layer that does not
// run. The slices are the caller's.
func (r *Run) Kept(layer int) (ragged.Seqs, []int32) {
	if layer >= len(r.layers) {
		return make(ragged.Seqs, r.seqs.Count+1), nil
	}
	a := &r.layers[layer]
	seqs := make(ragged.Seqs, a.Next.Count+1)
	r.d.ReadInts(seqs, a.Next.Offsets)
	positions := make([]int32, seqs.Rows())
	r.d.ReadInts(positions, a.NextPositions.Top(len(positions)))
	return seqs, positions
}

// Entered returns, after Sync, the offsets of what entered a layer's attention and the
// original positions of its rows, as Kept does.
func (r *Run) Entered(layer int) (ragged.Seqs, []int32) {
	if layer >= len(r.layers) {
		return make(ragged.Seqs, r.seqs.Count+1), nil
	}
	a := &r.layers[layer]
	seqs := make(ragged.Seqs, a.Seqs.Count+1)
	r.d.ReadInts(seqs, a.Seqs.Offsets)
	positions := make([]int32, seqs.Rows())
	r.d.ReadInts(positions, a.Positions.Top(len(positions)))
	return seqs, positions
}

// Received returns, after Sync, a layer's scores: those of the rows that have entered
// it; nil where it reads none after its attention.
func (r *Run) Received(layer int) (ragged.Seqs, []float32) {
	if layer >= len(r.layers) {
		return make(ragged.Seqs, r.seqs.Count+1), nil
	}
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
// in layer i, alive[b][i] are asked, kept[b][i] continue. Layers that do not run have 0.
func (r *Run) Counts() (asking, alive, kept [][]int) {
	count, layers := r.seqs.Count, r.e.Config.Layers
	asking, alive, kept = make([][]int, count), make([][]int, count), make([][]int, count)
	for b := range count {
		list := make([]int, 3*layers)
		asking[b], alive[b], kept[b] = list[:layers:layers], list[layers:2*layers:2*layers], list[2*layers:]
	}
	offsets := make(ragged.Seqs, count+1)
	for i := range r.layers {
		a := &r.layers[i]
		r.d.ReadInts(offsets, a.Attention.QSeqs.Offsets)
		for b := range count {
			asking[b][i] = offsets.Len(b)
		}
		r.d.ReadInts(offsets, a.Seqs.Offsets)
		for b := range count {
			alive[b][i] = offsets.Len(b)
		}
		r.d.ReadInts(offsets, a.Next.Offsets)
		for b := range count {
			kept[b][i] = offsets.Len(b)
		}
	}
	return asking, alive, kept
}

// Activations returns layer i's activations, for a backward pass.
func (r *Run) Activations(i int) *Activations { return &r.layers[i] }
