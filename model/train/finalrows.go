package train

import (
	"fmt"

	"ltpbench/internal/registry"
)

func init() {
	objectives.Register(registry.Entry[Objective]{
		Name:     "final-rows",
		Doc:      "the mean squared difference between the last layer's rows and the teacher's, over tokens that are kept to the end, row 0 left out (DynamicViT, Rao et al., arXiv 2106.02034, equation 10; published weight 0.5)",
		New:      func(registry.Args) (Objective, error) { return finalRows{}, nil },
		Examples: []string{"final-rows:weight=0.5"},
	})
}

type finalRows struct{}

// Needs implements Objective.
func (finalRows) Needs(f Fit) (Needs, error) {
	if t, c := f.Teacher, f.Student; t != nil && t.Width != c.Width {
		return Needs{}, fmt.Errorf("a teacher of width %d does not fit a model of width %d; widths have to be equal", t.Width, c.Width)
	}
	return Needs{TeacherRows: true, FullLastLayer: true}, nil
}

// Add implements Objective. The choice of rows has no gradient.
func (finalRows) Add(s *Step, weight float32) (float64, error) {
	d, layers := s.Device(), s.Config().Layers
	rows, kept := s.Rows(layers), s.kept()
	var which []int32
	places := s.places(rows.Seqs, rows.Positions)
	var targets []int32
	for b := range rows.Seqs.Count() {
		for r := rows.Seqs[b] + 1; r < rows.Seqs[b+1]; r++ {
			if kept == nil || kept[r] {
				which, targets = append(which, r), append(targets, places[r])
			}
		}
	}
	if len(which) == 0 {
		return 0, nil
	}
	n, list := len(which), s.List(0, which)
	x, dx := s.Scratch(0, n, rows.X.Cols), s.Scratch(1, n, rows.X.Cols)
	d.Gather(x, rows.X, list)
	d.Zero(dx)
	loss := s.Scalar()
	d.SquaredError(loss, dx, x, s.TeacherPlaces(s.p.fit.Teacher.Layers, targets), weight)
	d.Scatter(rows.DX, dx, list)
	return unweighted(s.Value(loss), weight), nil
}

// kept reports which rows of the batch the last policy keeps; nil where there is none.
func (s *Step) kept() (list []bool) {
	f := s.p.soft
	if f == nil || f.keys == nil {
		return nil
	}
	m := s.Mask(f.decided(s.Config().Layers - 1))
	if m == nil {
		return nil
	}
	half := f.policy.half()
	for _, d := range m.D {
		list = append(list, d >= half)
	}
	return list
}
