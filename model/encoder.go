package model

import "ltpbench/hw"

// Forward runs the encoder over the batch that r was given last and returns the
// logits, one row for each sequence (absent without a head). The seam decides which
// rows enter a layer, before its attention, and which continue, between attention and
// feed-forward. Work may still be under way when Forward returns: Sync comes before
// anything is read.
//
// A layer follows BERT (Devlin et al., arXiv 1810.04805): attention, add and
// norm, feed-forward, add and norm; pruning follows LTP (arXiv 2107.00910, 3.2).
func (e *Encoder) Forward(r *Run) hw.Mat {
	d, act, x := e.Device, e.Config.Act(), r.embed()
	for i := range r.layers {
		w, a := &e.Layers[i], r.enter(i, x)
		d.Linear(a.Attention.Q, a.Asking, w.Query, hw.Identity, hw.Mat{})
		d.Linear(a.Attention.KV, a.X, w.KeyValue, hw.Identity, hw.Mat{})
		d.Scores(&a.Attention)
		r.choose(a)
		d.Context(a.Context, &a.Attention, a.Rows)
		r.attended(a)
		d.Linear(a.Out, a.Context, w.Out, hw.Identity, hw.Mat{})
		r.drop(a.Out, a, AttentionOutput)
		d.Norm(a.Mid, a.Out, a.Residual, w.Norm1)
		r.merge(a)
		d.Linear(a.Up, a.In, w.Up, act, a.Pre)
		d.Linear(a.Down, a.Up, w.Down, hw.Identity, hw.Mat{})
		r.drop(a.Down, a, FeedForwardOutput)
		d.Norm(a.Y, a.Down, a.In, w.Norm2)
		x = r.finish(a)
	}
	return r.head(x)
}
