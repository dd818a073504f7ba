package train

import (
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// soft is the seam of the soft stage: nothing is removed. A block's output is multiplied by
// the learner's mask, or keys are weighed by a KeyLearner's policy (see policy.go), or a
// MergeLearner makes new rows (see merging.go).
type soft struct {
	learner  pruners.Learner
	keys     pruners.KeyLearner   // the same; nil: it is none
	merges   pruners.MergeLearner // likewise
	hard     pruners.Pruner       // the learner's, for what does not change while it learns
	inside   bool                 // whether masks weigh what enters the feed-forward, see pruners.Inside
	nets     *networks            // nil: its scores are attention's
	tally    tally
	layers   []softLayer
	width    int
	dscores  []float32
	dmask    []float32
	dhidden  []float32
	dscored  hw.Mat
	dmaskMat hw.Mat
	hidden   hw.Mat
	policy   policyState
}

type softLayer struct {
	Mask     // D and DD are cut to the rows that there are
	d, dd    []float32
	device   hw.Mat
	scaled   hw.Mat // absent where keys are weighed
	dweights hw.Mat // of a policy, or of the weights of what merges
	merged   pruners.Merged
	weighs   []float32 // see weights
	dscores  []float32 // see Mask.DScores
}

func newSoft(m hw.Memory, l pruners.Learner, c *model.Config, s model.Size) *soft {
	f := &soft{learner: l, hard: l.Pruner(), tally: tally{c: c}, width: c.Width, dmaskMat: m.Floats(s.Rows, 1)}
	f.keys, _ = pruners.LearnerAs[pruners.KeyLearner](l)
	f.merges, _ = pruners.LearnerAs[pruners.MergeLearner](l)
	_, f.inside = pruners.LearnerAs[pruners.Inside](l)
	outs := 1
	for i := range c.Layers {
		if net := pruners.NetOf(f.hard, i, c.Layers, c.Width); net != nil {
			outs = max(outs, net.Outs())
		}
	}
	f.dscored, f.dscores, f.dmask = m.Floats(s.Rows, outs), make([]float32, s.Rows*outs), make([]float32, s.Rows)
	if l.UsesHidden() {
		f.dhidden, f.hidden = make([]float32, s.Rows*c.Width), m.Floats(s.Rows, c.Width)
	}
	for i := range c.Layers {
		own := softLayer{d: make([]float32, s.Rows), dd: make([]float32, s.Rows), device: m.Floats(s.Rows, 1)}
		switch {
		case f.keys != nil && l.Masks(i):
			own.dweights, own.dscores = m.Floats(s.Rows, 1), make([]float32, s.Rows*outs)
		case l.Masks(i):
			own.scaled = m.Floats(s.Rows, c.Width)
		}
		f.layers = append(f.layers, own)
	}
	if f.keys != nil {
		f.policy = newPolicyState(s.Rows, f.keys.Biases())
	}
	return f
}

// Score implements model.Seam.
func (f *soft) Score(layer int) hw.Score { return f.learner.Score(layer) }

// Network implements model.Networked.
func (f *soft) Network(layer int) *model.Network {
	if f.nets == nil {
		return nil
	}
	return f.nets.layers[layer]
}

// Enter implements model.Seam.
func (f *soft) Enter(r *model.Run, a *model.Activations) {
	if a.Layer == 0 {
		f.tally.start(r.Batch.Seqs)
		f.policy.start(r.Batch.Seqs.Rows())
	}
	switch {
	case f.keys != nil && f.learner.Masks(a.Layer):
		f.decide(r, a)
	case f.mergesBefore(a.Layer):
		r.ScoreEntry(a, nil)
		f.merge(r, a, r.EntryView(a), r.MergeEntry)
	}
}

// Choose implements model.Seam.
func (f *soft) Choose(r *model.Run, a *model.Activations) {
	if f.merges != nil && f.merges.Merges(a.Layer) && !f.mergesBefore(a.Layer) {
		f.merge(r, a, r.View(a), r.Merge)
	}
}

// Weigh implements model.Weighing.
func (f *soft) Weigh(r *model.Run, a *model.Activations) hw.Mat {
	if !f.inside {
		return a.Mid
	}
	return f.weigh(r, a, a.Mid)
}

// Finish implements model.Seam: it weighs the block's output.
func (f *soft) Finish(r *model.Run, a *model.Activations) hw.Mat {
	if f.merges != nil || f.inside {
		return a.Y
	}
	return f.weigh(r, a, a.Y)
}

// weigh multiplies rows that a layer has made by the mask.
func (f *soft) weigh(r *model.Run, a *model.Activations, x hw.Mat) hw.Mat {
	if f.keys != nil || !f.learner.Masks(a.Layer) {
		f.tally.layer(a.Layer, r.Batch.Seqs, nil)
		return x
	}
	l, v := &f.layers[a.Layer], r.View(a)
	if err := pruners.CheckScores(v); err != nil {
		r.Fail(err)
		return x
	}
	n := v.Seqs.Rows()
	l.Mask = Mask{D: l.d[:n], DD: l.dd[:n]}
	clear(l.DD)
	f.learner.Mask(v, l.D)
	f.tally.layer(a.Layer, v.Seqs, l.D)
	y := l.scaled.Top(n)
	r.Device().Write(l.device.Top(n), l.D)
	r.Device().Scale(y, x, l.device.Top(n))
	return y
}

// paddingMask is the mask of a position past a sequence's end.
func (f *soft) paddingMask(v pruners.View) float32 {
	one := []float32{0}
	f.learner.Mask(paddingView(v), one)
	return one[0]
}

// paddingView is what a rule would see of one position past a sequence's end: a
// row that receives nothing.
func paddingView(v pruners.View) pruners.View {
	v.Seqs, v.Full, v.Positions, v.Scores = ragged.Of(1), []int32{1}, []int32{0}, []float32{0}
	v.Hidden = func() []float32 { return make([]float32, v.Width) }
	return v
}

// finishGrad goes back through Finish: dx becomes the gradient of the block's own
// output; returned is the gradient into the scores, absent if there is none.
func (p *pass) finishGrad(d hw.Backward, a *model.Activations, dx hw.Mat) hw.Mat {
	f := p.soft
	if f == nil || f.keys != nil || f.merges != nil || f.inside {
		return hw.Mat{}
	}
	return p.weighGrad(d, a, dx, a.Y)
}

// insideGrad is finishGrad for a mask over the feed-forward's input, whose gradient is dx.
// Where there is none it returns dscored.
func (p *pass) insideGrad(d hw.Backward, a *model.Activations, dx, dscored hw.Mat) hw.Mat {
	if p.soft == nil || !p.soft.inside {
		return dscored
	}
	return p.weighGrad(d, a, dx, a.Mid)
}

// weighGrad goes back through weigh(x).
func (p *pass) weighGrad(d hw.Backward, a *model.Activations, dx, x hw.Mat) hw.Mat {
	f := p.soft
	if a.Last {
		clear(f.dscores)
	}
	if !f.learner.Masks(a.Layer) {
		return f.summedGrad(d, a)
	}
	v, l := p.run.View(a), &f.layers[a.Layer]
	n := v.Seqs.Rows()
	dper := f.dmaskMat.Top(n)
	d.ScaleGrad(dx, dper, dx, x, l.device.Top(n))
	dmask, dscores := f.dmask[:n], f.dscores[:n]
	d.Read(dmask, dper)
	for i := range dmask {
		dmask[i] += l.DD[i]
	}
	if !f.sums(a.Layer + 1) {
		clear(dscores)
	}
	clear(f.dhidden)
	f.learner.MaskGrad(v, l.D, dmask, pruners.MaskGrads{Scores: dscores, Hidden: f.dhidden})
	if l.padding {
		one, spare := []float32{0}, []float32{0}
		p := paddingView(v)
		f.learner.Mask(p, one)
		f.learner.MaskGrad(p, one, []float32{l.DPadding}, pruners.MaskGrads{Scores: spare, Hidden: make([]float32, f.width)})
	}
	if a.Scored.Absent() {
		return hw.Mat{}
	}
	d.Write(f.dscored.Top(n), dscores)
	if a.Attention.Scored.Absent() {
		return hw.Mat{} // a network's: see networkGrad
	}
	return f.dscored.Top(n)
}

// sums reports whether a layer's scores hold those of the layers before it. As no row is
// removed, what goes back into them goes into those of every layer before it too.
func (f *soft) sums(layer int) bool {
	for ; layer < len(f.layers); layer++ {
		if s := f.learner.Score(layer); s.Kind != hw.NoScore {
			return s.Accumulated
		}
	}
	return false
}

// summedGrad is the gradient into the scores of a layer without a mask, which only the
// sums of later layers read.
func (f *soft) summedGrad(d hw.Backward, a *model.Activations) hw.Mat {
	if !f.sums(a.Layer+1) || a.Attention.Scored.Absent() {
		return hw.Mat{}
	}
	n := a.Seqs.Rows
	d.Write(f.dscored.Top(n), f.dscores[:n])
	return f.dscored.Top(n)
}

// networkGrad adds what goes back through the network that scored the layer to the
// layer's input; finishGrad, or mergeGrad, has left the gradient of the scores.
func (p *pass) networkGrad(a *model.Activations, dx hw.Mat) {
	f := p.soft
	if f == nil || f.keys != nil || f.Network(a.Layer) == nil || !a.Entry.Scored.Absent() {
		return
	}
	if f.learner.Masks(a.Layer) || f.merges != nil && f.merges.Merges(a.Layer) {
		f.nets.backward(a.Layer, f.scored(f.Network(a.Layer), dx.Rows), dx, nil)
	}
}

// scored is room for the gradient of a network's scores.
func (f *soft) scored(net *model.Network, rows int) hw.Mat {
	return f.dscored.Shape(rows, net.Net.Outs())
}

// hiddenGrad adds what the mask sends back to the layer's input.
func (p *pass) hiddenGrad(d hw.Backward, a *model.Activations, dx hw.Mat) {
	f := p.soft
	if f == nil || f.dhidden == nil || f.keys != nil || !(f.learner.Masks(a.Layer) || f.merges != nil && f.merges.Merges(a.Layer)) || f.mergesBefore(a.Layer) {
		return
	}
	f.addHidden(d, dx)
}

func (f *soft) addHidden(d hw.Backward, dx hw.Mat) {
	m := f.hidden.Top(dx.Rows)
	d.Write(m, f.dhidden[:dx.Rows*dx.Cols])
	d.Add(dx, m)
}
