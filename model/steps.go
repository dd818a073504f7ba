package model

import (
	"ltpbench/hw"
	"ltpbench/internal/ragged"
)

// embed makes the first layer's input.
func (r *Run) embed() hw.Mat {
	n := r.seqs.Rows
	x := r.Embedded()
	segments := r.segments.Top(n)
	if r.e.Tables.Segment.Absent() {
		segments = hw.Ints{}
	}
	r.d.Embed(x, r.e.Tables, r.ids.Top(n), r.positions.Top(n), segments)
	if r.Dropout != nil {
		r.dropRows(x, -1, EmbeddingOutput, r.Keys.Top(2*n))
	}
	if r.e.Project.Out == 0 {
		return x
	}
	wide := r.projected.Top(n)
	r.d.Linear(wide, x, r.e.Project, hw.Identity, hw.Mat{})
	return wide
}

// Embedded is what the tables made of the batch, before a projection to the layers' width if there is one.
func (r *Run) Embedded() hw.Mat { return r.embedded.Top(r.seqs.Rows) }

// enter makes layer i's activations of the rows x, or of those among them that the seam
// lets in.
func (r *Run) enter(i int, x hw.Mat) *Activations {
	a := &r.layers[i]
	if m, ok := r.seam.(*masking); ok {
		m.enter(r, a, x)
		return a
	}
	a.Seqs, a.Positions, a.Keys, a.KeyBias, a.KeyWeight = r.seqs, r.places.Top(r.seqs.Rows), hw.Ints{}, hw.Mat{}, hw.Mat{}
	if r.Dropout != nil {
		a.Keys = r.Keys.Top(2 * r.seqs.Rows)
	}
	if i > 0 {
		before := &r.layers[i-1]
		a.Seqs, a.Positions, a.Keys, a.KeyBias, a.KeyWeight = before.Next, before.NextPositions, before.NextKeys, before.NextKeyBias, before.NextKeyWeight
	}
	a.X, a.Entry = x, Entry{X: x, Seqs: a.Seqs, Positions: a.Positions, Keys: a.Keys}
	r.seam.Enter(r, a)
	r.attend(a)
	return a
}

// attend sizes a layer's attention to the rows that have entered it.
func (r *Run) attend(a *Activations) {
	b, n := a.buffers, a.Seqs.Rows
	a.Attention = hw.Attention{
		Heads: r.e.Config.Heads, Q: b.q.Top(n), KV: b.kv.Top(n), QSeqs: a.Seqs, Seqs: a.Seqs, KeyBias: a.KeyBias, KeyWeight: a.KeyWeight, Probs: b.probs,
	}
	a.Asking = a.X
	if a.Last && !r.o.FullLastLayer {
		a.Asking = b.asking.Top(a.Seqs.Count)
		r.d.Gather(a.Asking, a.X, a.Seqs.Firsts())
		a.Attention.QSeqs = hw.Seqs{Offsets: r.ones.Top(a.Seqs.Count + 1), Count: a.Seqs.Count, Rows: a.Seqs.Count, Longest: 1}
		a.Attention.Q = b.q.Top(a.Seqs.Count)
	} else if score := r.seam.Score(a.Layer); score.Kind != hw.NoScore {
		a.Attention.Score, a.Attention.Scored = score, a.own.scored.Top(n)
		if score.Accumulated && !r.carry(a) {
			a.Attention.Score.Accumulated = false // it is the first
		}
	}
	a.Scored = a.Attention.Scored
	if net := r.network(a); net != nil && a.Entry.Scored.Absent() && !(a.Last && !r.o.FullLastLayer) {
		a.Scored = net.Forward(a.X, a.Seqs, nil)
	}
	if r.Dropout != nil {
		a.Attention.Drop = r.Dropout(a.Layer, AttentionProbs)
		a.Attention.Drop.Keys = a.Keys
	}
}

// network is what scores a layer's rows in place of attention; nil: nothing does.
func (r *Run) network(a *Activations) *Network {
	if n, ok := r.seam.(Networked); ok {
		return n.Network(a.Layer)
	}
	return nil
}

// choose lets the seam decide and sizes the rest of the layer to what lives on, or to an
// upper bound where that is yet to be counted.
func (r *Run) choose(a *Activations) {
	a.Rows, a.Merge, a.counting = hw.Ints{}, hw.Combination{}, false
	a.Next, a.NextPositions, a.NextKeys, a.NextKeyBias, a.NextKeyWeight = a.Attention.QSeqs, a.Positions, a.Keys, a.KeyBias, a.KeyWeight
	a.Residual = a.Asking
	if a.Last && !r.o.FullLastLayer {
		r.gatherRows(a, a.Seqs.Firsts())
	} else {
		r.seam.Choose(r, a)
	}
	b, n, asked := a.buffers, a.Next.Rows, a.Attention.QSeqs.Rows
	if !a.Merge.Absent() {
		n = a.Seqs.Rows
	}
	if !a.Rows.Absent() {
		asked = n
		a.Residual = b.residual.Top(n)
		r.d.Gather(a.Residual, a.Asking, a.Rows)
	}
	a.Context, a.Out, a.Mid = b.context.Top(asked), b.out.Top(n), b.mid.Top(n)
	n = a.Next.Rows
	a.Pre, a.Up, a.Down, a.Y = b.pre.Top(n), b.up.Top(n), b.down.Top(n), b.y.Top(n)
}

// Select lets the listed rows of a continue, ascending, with these offsets. rows and
// next may be device memory of the seam's own, or a's (see Lists).
func (r *Run) Select(a *Activations, rows hw.Ints, next hw.Seqs) {
	a.Rows, a.Next = rows, next
	r.gatherRows(a, rows)
	a.NextKeyBias, a.NextKeyWeight = r.gatherKeys(a.own, a.KeyBias, a.KeyWeight, rows)
}

// gatherRows makes the positions and dropout keys of what continues.
func (r *Run) gatherRows(a *Activations, rows hw.Ints) {
	a.NextPositions, a.NextKeys = r.gatherPlaces(a.own, a.Positions, a.Keys, rows)
}

// gatherPlaces gathers positions and dropout keys of the listed rows.
func (r *Run) gatherPlaces(l *lists, positions, keys, rows hw.Ints) (nextPositions, nextKeys hw.Ints) {
	nextPositions = l.positions.Top(rows.N)
	r.d.GatherInts(nextPositions, positions, rows, 1)
	if !keys.Absent() {
		nextKeys = l.keys.Top(2 * rows.N)
		r.d.GatherInts(nextKeys, keys, rows, 2)
	}
	return nextPositions, nextKeys
}

// gatherKeys gathers what the listed rows count as keys, where they do not count alike.
func (r *Run) gatherKeys(l *lists, bias, weight hw.Mat, rows hw.Ints) (nextBias, nextWeight hw.Mat) {
	if !bias.Absent() {
		nextBias = r.mergeLists(l, 0).bias.Top(rows.N)
		r.d.Gather(nextBias, bias, rows)
	}
	if !weight.Absent() {
		nextWeight = r.mergeLists(l, 0).weight.Top(rows.N)
		r.d.Gather(nextWeight, weight, rows)
	}
	return nextBias, nextWeight
}

// Lists returns a layer's own memory for a decision: room for the rows that live
// on, their offsets, and one float per sequence.
func (r *Run) Lists(a *Activations) (rows, offsets hw.Ints, perSequence hw.Mat) {
	return a.own.rows.Top(a.Seqs.Rows), a.own.offsets.Top(a.Seqs.Count + 1), a.own.perSequence.Top(a.Seqs.Count)
}

// SelectHost is Select for a decision made on the host.
func (r *Run) SelectHost(a *Activations, rows []int32, next ragged.Seqs) {
	list, offsets, _ := r.Lists(a)
	list = list.Top(len(rows))
	r.d.WriteInts(list, rows)
	r.d.WriteInts(offsets, next)
	r.Select(a, list, hw.Seqs{Offsets: offsets, Count: next.Count(), Rows: next.Rows(), Longest: next.Longest()})
}

// finish lets the seam weigh what the layer made.
func (r *Run) finish(a *Activations) hw.Mat { return r.seam.Finish(r, a) }

// head reads row 0 of each sequence.
func (r *Run) head(x hw.Mat) hw.Mat {
	last := &r.layers[len(r.layers)-1]
	count := last.Next.Count
	first := r.First.Top(count)
	r.d.Gather(first, x, last.Next.Firsts())
	if r.e.Config.Labels == 0 {
		return hw.Mat{}
	}
	keys := hw.Ints{}
	if r.Dropout != nil {
		keys = r.headKeys(last, count)
	}
	if r.e.Config.HeadInputDropout() {
		r.dropRows(first, -1, HeadInput, keys)
	}
	dense, logits := r.Dense.Top(count), r.Logits.Top(count)
	pre := r.DensePre
	if !pre.Absent() {
		pre = pre.Top(count)
	}
	r.d.Linear(dense, first, r.e.Dense, r.e.Config.HeadAct(), pre)
	if r.Dropout != nil {
		dropped := r.Dropped.Top(count)
		r.dropInto(dropped, dense, -1, HeadDense, keys)
		dense = dropped
	}
	r.d.Linear(logits, dense, r.e.Classifier, hw.Identity, hw.Mat{})
	return logits
}

// headKeys are the dropout keys of each sequence's row 0.
func (r *Run) headKeys(last *Activations, count int) hw.Ints {
	keys := r.headKeyList.Top(2 * count)
	r.d.GatherInts(keys, last.NextKeys, last.Next.Firsts(), 2)
	return keys
}

// drop drops elements of m, the rows of a that live on, in training.
func (r *Run) drop(m hw.Mat, a *Activations, site Site) {
	if r.Dropout == nil {
		return
	}
	keys := a.NextKeys
	if !a.Merge.Absent() && site == AttentionOutput {
		keys = a.Keys
	}
	r.dropRows(m, a.Layer, site, keys)
}

func (r *Run) dropRows(m hw.Mat, layer int, site Site, keys hw.Ints) {
	if r.Dropout != nil {
		r.dropInto(m, m, layer, site, keys)
	}
}

// dropInto sets y to x with elements dropped; the seam's backward pass drops the same.
func (r *Run) dropInto(y, x hw.Mat, layer int, site Site, keys hw.Ints) {
	drop := r.Dropout(layer, site)
	drop.Keys = keys
	r.d.(hw.Backward).Dropout(y, x, drop)
}

// DropGrad sets dy to what goes back through the dropout at a site: the gradient
// with the same elements dropped. Layers are counted from 0, -1 is outside them.
// Without dropout it returns dx itself.
func (r *Run) DropGrad(dy, dx hw.Mat, layer int, site Site) hw.Mat {
	if r.Dropout == nil {
		return dx
	}
	last := &r.layers[len(r.layers)-1]
	keys := r.headKeyList.Top(2 * last.Next.Count)
	switch site {
	case EmbeddingOutput:
		keys = r.Keys.Top(2 * dx.Rows)
	case AttentionOutput, FeedForwardOutput:
		a := &r.layers[layer]
		keys = a.NextKeys
		if !a.Merge.Absent() && site == AttentionOutput {
			keys = a.Keys
		}
	}
	r.dropInto(dy, dx, layer, site, keys)
	return dy
}

// Fail records the first error of a decision; Err returns it.
func (r *Run) Fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// Sync waits for the device and returns the first error of the run.
func (r *Run) Sync() error {
	if err := r.d.Sync(); err != nil {
		return err
	}
	return r.err
}
