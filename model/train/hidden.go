package train

import (
	"fmt"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
)

// hidden compares the student's layers with a teacher's: the loss is Options.Hidden
// times the mean over layers of the mean squared difference of their outputs, over
// the rows that the student still has (Jiao et al., arXiv 1909.10351, without the
// projection: the widths have to be equal).
type hidden struct {
	run    *model.Run
	every  int // teacher layers for one of the student's
	rows   hw.Ints
	target hw.Mat
	loss   hw.Mat
	batch  ragged.Seqs
}

func newHidden(d hw.Backward, teacher *model.Encoder, c *model.Config, s model.Size) (*hidden, error) {
	t := &teacher.Config
	if t.Width != c.Width || t.Layers%c.Layers != 0 {
		return nil, fmt.Errorf("hidden states: a teacher of %d layers of width %d does not fit %d of width %d; widths have to be equal and layers a multiple", t.Layers, t.Width, c.Layers, c.Width)
	}
	h := &hidden{every: t.Layers / c.Layers, rows: d.Ints(s.Rows), target: d.Floats(s.Rows, c.Width), loss: d.Floats(1, 1)}
	h.run = model.NewRun(teacher, model.Free{}, s, model.Options{Keep: true, Exact: true})
	return h, nil
}

// forward runs the teacher over the batch, in its own vocabulary if it has one.
func (h *hidden) forward(d hw.Backward, teacher *model.Encoder, b Batch) error {
	if b.TeacherIDs != nil {
		b.IDs = b.TeacherIDs
	}
	h.batch = b.Seqs
	h.run.Load(b.Batch)
	teacher.Forward(h.run)
	d.Zero(h.loss)
	return h.run.Sync()
}

// teacherGrad adds to dx, the gradient of a layer's output y, what the distance to
// the teacher's sends back, and the distance to the loss.
func (t *Trainer) teacherGrad(a *model.Activations, dx hw.Mat) {
	h := t.hidden
	if h == nil {
		return
	}
	y := a.Y
	if t.soft != nil && t.soft.learner.Masks(a.Layer) {
		y = t.soft.layers[a.Layer].scaled.Top(y.Rows)
	}
	seqs, positions := t.run.Kept(a.Layer)
	for b := range seqs.Count() {
		for r := seqs[b]; r < seqs[b+1]; r++ {
			positions[r] += h.batch[b]
		}
	}
	rows, target := h.rows.Top(len(positions)), h.target.Top(len(positions))
	t.w.d.WriteInts(rows, positions)
	t.w.d.Gather(target, h.run.Activations((a.Layer+1)*h.every-1).Y, rows)
	t.w.d.SquaredError(h.loss, dx.Top(len(positions)), y.Top(len(positions)), target, t.o.Hidden/float32(t.e.Config.Layers))
}
