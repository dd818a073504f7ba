package train

import (
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// Regulariser says over what the mean mask runs.
type Regulariser string

// The regularisers: over real tokens, or over all positions of a batch padded to
// 128, as the published code has it.
const (
	Real            Regulariser = "real"
	PaddedPositions Regulariser = "padded"
)

// soft is the seam of the soft stage: nothing is removed, a block's output is
// multiplied by the learner's mask.
type soft struct {
	learner  pruners.Learner
	tally    tally
	layers   []softLayer
	width    int
	value    float64 // the regulariser of the last forward pass
	over     Regulariser
	dscores  []float32
	dmask    []float32
	dhidden  []float32
	dscored  hw.Mat
	dmaskMat hw.Mat
	hidden   hw.Mat
}

type softLayer struct {
	mask   []float32
	device hw.Mat
	scaled hw.Mat
}

func newSoft(d hw.Device, l pruners.Learner, c *model.Config, s model.Size, over Regulariser) *soft {
	f := &soft{learner: l, tally: tally{c: c}, over: over, width: c.Width, dscored: d.Floats(s.Rows, 1), dmaskMat: d.Floats(s.Rows, 1)}
	f.dscores, f.dmask = make([]float32, s.Rows), make([]float32, s.Rows)
	if l.UsesHidden() {
		f.dhidden, f.hidden = make([]float32, s.Rows*c.Width), d.Floats(s.Rows, c.Width)
	}
	for range c.Layers {
		f.layers = append(f.layers, softLayer{make([]float32, s.Rows), d.Floats(s.Rows, 1), d.Floats(s.Rows, c.Width)})
	}
	return f
}

// Score implements model.Seam.
func (f *soft) Score(layer int) hw.Score { return f.learner.Score(layer) }

// Choose implements model.Seam.
func (f *soft) Choose(r *model.Run, a *model.Activations) {
	if a.Layer == 0 {
		f.value = 0
	}
}

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
	mask := l.mask[:v.Seqs.Rows()]
	f.learner.Mask(v, mask)
	f.tally.layer(a.Layer, v.Seqs, mask)
	sum := 0.0
	for _, m := range mask {
		sum += float64(m)
	}
	places := f.places(v)
	if padding := places - len(mask); padding > 0 {
		one := []float32{0}
		f.learner.Mask(paddingView(v), one)
		sum += float64(padding) * float64(one[0])
	}
	f.value += sum / float64(places)
	y := l.scaled.Top(len(mask))
	r.Device().Write(l.device.Top(len(mask)), mask)
	r.Device().Scale(y, a.Y, l.device.Top(len(mask)))
	return y
}

// places is over how many positions the mean mask runs.
func (f *soft) places(v pruners.View) int {
	if f.over == PaddedPositions {
		return v.Seqs.Count() * pruners.PaddedLength
	}
	return v.Seqs.Rows()
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
func (t *Trainer) finishGrad(a *model.Activations, dx hw.Mat) hw.Mat {
	f := t.soft
	if f == nil || !f.learner.Masks(a.Layer) {
		return hw.Mat{}
	}
	d, v, l := t.w.d, t.run.View(a), &f.layers[a.Layer]
	n := v.Seqs.Rows()
	dper := f.dmaskMat.Top(n)
	d.ScaleGrad(dx, dper, dx, a.Y, l.device.Top(n))
	dmask, dscores := f.dmask[:n], f.dscores[:n]
	d.Read(dmask, dper)
	places := f.places(v)
	for i := range dmask {
		dmask[i] += t.lambda / float32(places)
	}
	clear(dscores)
	clear(f.dhidden)
	f.learner.MaskGrad(v, l.mask[:n], dmask, dscores, f.dhidden)
	if padding := places - n; padding > 0 {
		one, spare := []float32{0}, []float32{0}
		p := paddingView(v)
		f.learner.Mask(p, one)
		f.learner.MaskGrad(p, one, []float32{t.lambda * float32(padding) / float32(places)}, spare, make([]float32, f.width))
	}
	if a.Attention.Scored.Absent() {
		return hw.Mat{}
	}
	d.Write(f.dscored.Top(n), dscores)
	return f.dscored.Top(n)
}

// hiddenGrad adds what the mask sends back to the layer's input.
func (t *Trainer) hiddenGrad(a *model.Activations, dx hw.Mat) {
	f := t.soft
	if f == nil || f.dhidden == nil || !f.learner.Masks(a.Layer) {
		return
	}
	m := f.hidden.Top(dx.Rows)
	t.w.d.Write(m, f.dhidden[:dx.Rows*dx.Cols])
	t.w.d.Add(dx, m)
}
