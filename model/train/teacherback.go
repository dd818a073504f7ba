package train

import (
	"errors"
	"math"

	"ltpbench/hw"
	"ltpbench/model"
)

// back is the way back through a teacher, of whose weights none learns.
type back struct {
	trainer *Trainer
	pass    *pass
	x, dx   []float32
}

// prepareBack makes room for saliency.
func (t *teacher) prepareBack(s model.Size) error {
	if t.back != nil {
		return nil
	}
	if t.e.Classifier.W.Absent() {
		return errors.New("the teacher's gradients are to be read; make it with model.NewTrainable")
	}
	c := &t.e.Config
	w := &weights{d: t.e.Device.(hw.Backward), m: t.memory, e: t.e, g: grads{layers: make([]layerGrads, c.Layers)}}
	t.back = &back{
		trainer: &Trainer{e: t.e, w: w, room: newRoom(t.memory, c, s)},
		pass:    &pass{run: t.run, config: c, whole: c, size: s, used: make([]bool, c.Layers+1)},
		x:       make([]float32, s.Rows*c.Width), dx: make([]float32, s.Rows*c.Width),
	}
	return nil
}

// saliency returns, for each row of the batch that the teacher has run over, the length of the
// product, element by element, of the row that enters its first layer and of the gradient
// there of a logit: the right class's, several labels' together, or a regression's number.
func (t *teacher) saliency(b Batch) []float32 {
	k, d, width := t.back, t.back.trainer.w.d, t.e.Config.Width
	wanted := b.Targets
	if t.e.Config.IsRegression() {
		wanted = make([]float32, b.Seqs.Count())
		for i := range wanted {
			wanted[i] = 1
		}
	}
	d.Write(k.trainer.room.logits.Top(b.Seqs.Count()), wanted)
	n := b.Seqs.Rows()
	x, dx := k.x[:n*width], k.dx[:n*width]
	d.Read(dx, k.trainer.layersGrad(k.pass))
	d.Read(x, t.run.Activations(0).X)
	list := make([]float32, n)
	for r := range list {
		sum := 0.0
		for j := r * width; j < (r+1)*width; j++ {
			g := float64(x[j]) * float64(dx[j])
			sum += g * g
		}
		list[r] = float32(math.Sqrt(sum))
	}
	return list
}
