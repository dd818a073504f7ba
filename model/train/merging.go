package train

import (
	"ltpbench/hw"
	"ltpbench/model"
	"ltpbench/pruners"
)

// mergesBefore reports whether the learner merges the rows that reach a layer.
func (f *soft) mergesBefore(layer int) bool {
	return f.merges != nil && f.merges.Merges(layer) && pruners.Before(f.hard, layer, len(f.layers))
}

// merge has the learner make new rows of those that v shows.
func (f *soft) merge(r *model.Run, a *model.Activations, v pruners.View, merge func(*model.Activations, *pruners.Merged)) {
	if err := pruners.CheckScores(v); err != nil {
		r.Fail(err)
		return
	}
	m := &f.layers[a.Layer].merged
	f.merges.Merge(v, m)
	merge(a, m)
}

// weightsRoom is room for the gradient of what a layer's combination weighs by; absent
// where nobody wants it.
func (p *pass) weightsRoom(m hw.Memory, a *model.Activations, c hw.Combination) hw.Mat {
	f := p.soft
	if f == nil {
		if _, ok := pruners.As[pruners.ScoreMerger](p.rule); !ok || c.Absent() || a.Attention.Scored.Absent() {
			return hw.Mat{}
		}
		if p.dweights.Absent() { // each row is a source once at most
			p.dweights, p.dscored = m.Floats(p.size.Rows, 1), m.Floats(p.size.Rows, 1)
		}
		return p.dweights.Top(c.Weights.Rows)
	}
	if f.merges == nil || !f.merges.Merges(a.Layer) || c.Absent() {
		return hw.Mat{}
	}
	l := &f.layers[a.Layer]
	if n := c.Weights.Rows; l.dweights.Absent() || l.dweights.Rows < n {
		l.dweights = m.Floats(max(n, 2*l.dweights.Rows), 1)
	}
	return l.dweights.Top(c.Weights.Rows)
}

// mergeGrad gives the gradient of the weights to the learner, and returns that of attention's
// scores, absent if it has read none. What goes back into a network's scores and into hidden
// rows waits in dscored and dhidden.
func (p *pass) mergeGrad(d hw.Backward, a *model.Activations, v pruners.View, dweights hw.Mat) hw.Mat {
	f := p.soft
	dw := make([]float32, dweights.Rows)
	d.Read(dw, dweights)
	if f == nil {
		rule, _ := pruners.As[pruners.ScoreMerger](p.rule)
		dscores := make([]float32, len(v.Scores))
		rule.WeightsGrad(v, dw, dscores)
		to := p.dscored.Top(len(dscores))
		d.Write(to, dscores)
		return to
	}
	dscores := f.dscores[:len(v.Scores)]
	clear(dscores)
	clear(f.dhidden)
	f.merges.MergeGrad(v, &f.layers[a.Layer].merged, dw, pruners.MaskGrads{Scores: dscores, Hidden: f.dhidden})
	if len(dscores) == 0 {
		return hw.Mat{}
	}
	to := f.dscored.Shape(v.Seqs.Rows(), len(dscores)/v.Seqs.Rows())
	d.Write(to, dscores)
	if f.Network(a.Layer) != nil {
		return hw.Mat{}
	}
	return to
}

// entryGrad goes back through what the seam did before a layer's attention: dx, the
// gradient of the rows that entered, becomes that of the rows that reached the layer.
func (t *Trainer) entryGrad(p *pass, a *model.Activations, dx hw.Mat) hw.Mat {
	d, e := t.w.d, &a.Entry
	if e.Rows.Absent() && e.Merge.Absent() {
		p.decideGrad(d, a, dx)
		return dx
	}
	to := t.room.mid.Top(e.X.Rows)
	d.Zero(to)
	if e.Merge.Absent() {
		d.Scatter(to, dx, e.Rows)
	} else {
		dweights := p.weightsRoom(t.memory, a, e.Merge)
		d.CombineGrad(to, dweights, dx, e.X, e.Merge)
		if !dweights.Absent() {
			p.mergeGrad(d, a, p.run.EntryView(a), dweights)
			f := p.soft
			if f.dhidden != nil {
				f.addHidden(d, to)
			}
			if net := f.Network(a.Layer); net != nil {
				f.nets.backward(a.Layer, f.scored(net, to.Rows), to, nil)
			}
		}
	}
	dx = t.room.x.Top(e.X.Rows)
	d.Activate(dx, to, hw.Identity)
	return dx
}
