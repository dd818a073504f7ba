package train

import (
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// soft is the seam of the soft stage: nothing is removed, a block's output is
// multiplied by the learner's mask.
type soft struct {
	learner  pruners.Learner
	nets     *networks // nil: its scores are attention's
	tally    tally
	layers   []softLayer
	width    int
	dscores  []float32
	dmask    []float32
	dhidden  []float32
	dscored  hw.Mat
	dmaskMat hw.Mat
	hidden   hw.Mat
}

type softLayer struct {
	Mask   // D and DD are cut to the rows that there are
	d, dd  []float32
	device hw.Mat
	scaled hw.Mat
}

func newSoft(m hw.Memory, l pruners.Learner, c *model.Config, s model.Size) *soft {
	f := &soft{learner: l, tally: tally{c: c}, width: c.Width, dscored: m.Floats(s.Rows, 1), dmaskMat: m.Floats(s.Rows, 1)}
	f.dscores, f.dmask = make([]float32, s.Rows), make([]float32, s.Rows)
	if l.UsesHidden() {
		f.dhidden, f.hidden = make([]float32, s.Rows*c.Width), m.Floats(s.Rows, c.Width)
	}
	for range c.Layers {
		f.layers = append(f.layers, softLayer{d: make([]float32, s.Rows), dd: make([]float32, s.Rows), device: m.Floats(s.Rows, 1), scaled: m.Floats(s.Rows, c.Width)})
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

// Choose implements model.Seam.
func (f *soft) Choose(r *model.Run, a *model.Activations) {}

// Finish implements model.Seam: it weighs the block's output.
func (f *soft) Finish(r *model.Run, a *model.Activations) hw.Mat {
	if a.Layer == 0 {
		f.tally.start(r.Batch.Seqs)
	}
	if !f.learner.Masks(a.Layer) {
		f.tally.layer(a.Layer, r.Batch.Seqs, nil)
		return a.Y
	}
	l, v := &f.layers[a.Layer], r.View(a)
	if err := pruners.CheckScores(v); err != nil {
		r.Fail(err)
		return a.Y
	}
	n := v.Seqs.Rows()
	l.Mask = Mask{D: l.d[:n], DD: l.dd[:n]}
	clear(l.DD)
	f.learner.Mask(v, l.D)
	f.tally.layer(a.Layer, v.Seqs, l.D)
	y := l.scaled.Top(n)
	r.Device().Write(l.device.Top(n), l.D)
	r.Device().Scale(y, a.Y, l.device.Top(n))
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
	if f == nil {
		return hw.Mat{}
	}
	if a.Last {
		clear(f.dscores)
	}
	if !f.learner.Masks(a.Layer) {
		return f.summedGrad(d, a)
	}
	v, l := p.run.View(a), &f.layers[a.Layer]
	n := v.Seqs.Rows()
	dper := f.dmaskMat.Top(n)
	d.ScaleGrad(dx, dper, dx, a.Y, l.device.Top(n))
	dmask, dscores := f.dmask[:n], f.dscores[:n]
	d.Read(dmask, dper)
	for i := range dmask {
		dmask[i] += l.DD[i]
	}
	if !f.sums(a.Layer + 1) {
		clear(dscores)
	}
	clear(f.dhidden)
	f.learner.MaskGrad(v, l.D, dmask, dscores, f.dhidden)
	if l.padding {
		one, spare := []float32{0}, []float32{0}
		p := paddingView(v)
		f.learner.Mask(p, one)
		f.learner.MaskGrad(p, one, []float32{l.DPadding}, spare, make([]float32, f.width))
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
// layer's input; finishGrad has left the gradient of the scores.
func (p *pass) networkGrad(a *model.Activations, dx hw.Mat) {
	if f := p.soft; f != nil && f.Network(a.Layer) != nil && f.learner.Masks(a.Layer) {
		f.nets.backward(a.Layer, f.dscored.Top(dx.Rows), dx)
	}
}

// hiddenGrad adds what the mask sends back to the layer's input.
func (p *pass) hiddenGrad(d hw.Backward, a *model.Activations, dx hw.Mat) {
	f := p.soft
	if f == nil || f.dhidden == nil || !f.learner.Masks(a.Layer) {
		return
	}
	m := f.hidden.Top(dx.Rows)
	d.Write(m, f.dhidden[:dx.Rows*dx.Cols])
	d.Add(dx, m)
}
