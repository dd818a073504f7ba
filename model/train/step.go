package train

import (
	"slices"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
)

// Step is one forward pass while its loss is put together. Matrices are the
// trainer's, valid until Add returns.
type Step struct {
	t    *Trainer
	p    *pass
	term int // whose turn it is

	Batch Batch
	// Logits and their gradient, one row per sequence.
	Logits, DLogits hw.Mat
}

// Rows are the rows that enter a layer.
type Rows struct {
	X, DX     hw.Mat // the rows, and room that their gradient is added to
	Seqs      ragged.Seqs
	Positions []int32 // per row: its place in the original sequence
}

// Mask is what a soft stage multiplies a layer's rows by.
type Mask struct {
	D, DD []float32 // per row: the mask, and room that its gradient is added to
	// DScores is, of a policy that networks decide by, room that the gradient of their outputs is
	// added to; it goes to the networks and beneath alone.
	DScores []float32
	// Padding is the mask of a position past a sequence's end, a row that receives
	// no attention; DPadding is what its gradient is added to.
	Padding, DPadding float32

	padding bool // Padding was asked for
}

// Device is where the step takes place.
func (s *Step) Device() hw.Backward { return s.t.w.d }

// Config is the configuration of the model that learns, of the layers that run.
func (s *Step) Config() *model.Config { return s.p.config }

// Sequences is how many sequences the batch has.
func (s *Step) Sequences() int { return s.Logits.Rows }

// Labels are the batch's targets, see Batch.Targets.
func (s *Step) Labels() hw.Mat { return s.targets(s.Batch.Targets) }

// Answers are the teacher's in place of the labels, see Batch.Teacher.
func (s *Step) Answers() hw.Mat { return s.targets(s.Batch.Teacher) }

// HostLogits returns the logits on the host, a row of Logits.Cols per sequence.
func (s *Step) HostLogits() []float32 {
	x := make([]float32, s.Logits.Rows*s.Logits.Cols)
	s.Device().Read(x, s.Logits)
	return x
}

// AddLogits adds a gradient that was computed on the host to that of the logits.
func (s *Step) AddLogits(grad []float32) { s.Device().Add(s.DLogits, s.targets(grad)) }

// First returns the logits of the step's first pass, on the host; this pass's own in
// the first.
func (s *Step) First() []float32 {
	if s.p == s.t.passes[0] {
		s.Device().Read(s.t.first[:s.Logits.Rows*s.Logits.Cols], s.Logits)
	}
	return s.t.first[:s.Logits.Rows*s.Logits.Cols]
}

// targets puts host values where a loss on the device reads them.
func (s *Step) targets(values []float32) hw.Mat {
	m := s.t.targets.Top(s.Logits.Rows)
	s.Device().Write(m, values)
	return m
}

// Scalar returns a 1×1 matrix that holds 0; Value reads it.
func (s *Step) Scalar() hw.Mat {
	s.Device().Zero(s.t.loss)
	return s.t.loss
}

// Value reads a 1×1 matrix.
func (s *Step) Value(m hw.Mat) float64 {
	var x [1]float32
	s.Device().Read(x[:], m)
	return float64(x[0])
}

// Rows returns the rows that enter layer l, as the layer before left them; those of
// l = Layers left the last layer, where they are all the rows only if the stage has
// FullLastLayer.
func (s *Step) Rows(l int) Rows {
	x, seqs, positions := s.p.output(l - 1)
	n := len(positions)
	return Rows{X: x.Top(n), DX: s.p.gradient(s.Device(), l).Top(n), Seqs: seqs, Positions: positions}
}

// Mask returns the mask over what layer l made, or the policy that was decided before its
// attention; nil if there is none.
func (s *Step) Mask(l int) *Mask {
	f := s.p.soft
	if f == nil || !f.learner.Masks(l) {
		return nil
	}
	return &f.layers[l].Mask
}

// MaskWithPadding is Mask with Padding set.
func (s *Step) MaskWithPadding(l int) *Mask {
	m := s.Mask(l)
	if m != nil {
		m.Padding, m.padding = s.p.soft.paddingMask(s.p.run.View(s.p.run.Activations(l))), true
	}
	return m
}

// TeacherRows returns rows of the teacher that enter its layer l, in the order of
// positions, which count from each sequence's first token.
func (s *Step) TeacherRows(l int, seqs ragged.Seqs, positions []int32) hw.Mat {
	return s.TeacherPlaces(l, s.places(seqs, positions))
}

// TeacherPlaces is TeacherRows of the listed rows of the batch, counted from its first.
func (s *Step) TeacherPlaces(l int, places []int32) hw.Mat {
	return s.t.teacher.rows(s.Device(), l, places)
}

// TeacherHead returns what the teacher's head makes of rows that left its last layer.
func (s *Step) TeacherHead(rows hw.Mat) hw.Mat { return s.t.teacher.head(s.Device(), rows) }

// places are the rows' numbers in the batch.
func (s *Step) places(seqs ragged.Seqs, positions []int32) []int32 {
	places := slices.Clone(positions)
	for b := range seqs.Count() {
		for r := seqs[b]; r < seqs[b+1]; r++ {
			places[r] += s.Batch.Seqs[b]
		}
	}
	return places
}
