package train

import (
	"fmt"

	"ltpbench/internal/registry"
)

func init() {
	objectives.Register(registry.Entry[Objective]{
		Name:     "hidden",
		Doc:      "the mean over layers of the mean squared difference between a layer's rows and the teacher's, over the remaining rows (Jiao et al., arXiv 1909.10351, without the projection: widths have to be equal)",
		New:      func(registry.Args) (Objective, error) { return hidden{}, nil },
		Examples: []string{"hidden", "hidden:weight=0.5"},
	})
}

type hidden struct{}

// HiddenTerm is the distance to the teacher's rows with its weight.
func HiddenTerm(weight float32) Term {
	return Term{Name: "hidden", Objective: hidden{}, Weight: weight}
}

// Needs implements Objective.
func (hidden) Needs(f Fit) (Needs, error) {
	t, c := f.Teacher, f.Student
	if t != nil && (t.Width != c.Width || t.Layers%c.Layers != 0) {
		return Needs{}, fmt.Errorf("a teacher of %d layers of width %d does not fit %d of width %d; widths have to be equal and layers a multiple", t.Layers, t.Width, c.Layers, c.Width)
	}
	return Needs{TeacherRows: true}, nil
}

// Add implements Objective.
func (hidden) Add(s *Step, weight float32) (float64, error) {
	layers := s.Config().Layers
	every := s.t.o.Teacher.Config.Layers / layers
	loss := s.Scalar()
	for l := layers; l > 0; l-- {
		rows := s.Rows(l)
		target := s.TeacherRows(l*every, rows.Seqs, rows.Positions)
		s.Device().SquaredError(loss, rows.DX, rows.X, target, weight/float32(layers))
	}
	return unweighted(s.Value(loss), weight), nil
}
