package train

import (
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/internal/registry"
	"ltpbench/model"
)

// Register registers an objective of a test.
func Register(e registry.Entry[Objective]) { objectives.Register(e) }

// Run is the run of the trainer's first pass, for a test to look at.
func (t *Trainer) Run() *model.Run { return t.passes[0].run }

// NetParams are what the learners' networks learn.
func (t *Trainer) NetParams() (list []Param) {
	for _, n := range t.networks() {
		list = append(list, n.w.params...)
	}
	return list
}

// Saliency is a trainer's teacher's, with the rows that entered its first layer and the gradient there.
func Saliency(t *Trainer, b Batch) (list, x, dx []float32, err error) {
	if err = t.teacher.forward(b); err == nil {
		list = t.teacher.saliency(b)
	}
	n := b.Seqs.Rows() * t.teacher.e.Config.Width
	return list, t.teacher.back.x[:n], t.teacher.back.dx[:n], err
}

// Contrastive is the loss of token-scl and its gradient, with room for more rows than there are.
func Contrastive(d hw.Backward, x []float32, label, sequence []int, temperature float64) (float64, []float32) {
	n := len(label)
	return newContrast(d, n+3, len(x)/n).add(d, x, label, sequence, temperature)
}

// Draw is which rows of a batch whose rows are all alive token-scl draws in a trainer's next step, by sequence.
func Draw(t *Trainer, b ragged.Batch) [][]int32 {
	s := Step{t: t, Batch: Batch{Batch: b}}
	which, of := s.draw(Rows{Seqs: b.Seqs, Positions: b.Positions})
	list := make([][]int32, b.Seqs.Count())
	for i, row := range which {
		list[of[i]] = append(list[of[i]], row-b.Seqs[of[i]])
	}
	return list
}
