package train

import (
	"errors"

	"ltpbench/internal/registry"
)

func init() {
	objectives.Register(registry.Entry[Objective]{
		Name: "squared-error", Doc: "the mean squared error of a regression's scores",
		New:      func(registry.Args) (Objective, error) { return squaredError{}, nil },
		Examples: []string{"squared-error"},
	})
}

type squaredError struct{}

// Needs implements Objective.
func (squaredError) Needs(f Fit) (Needs, error) {
	if !f.Student.IsRegression() {
		return Needs{}, errors.New("the task has classes; use cross-entropy")
	}
	return Needs{}, nil
}

// Add implements Objective.
func (squaredError) Add(s *Step, weight float32) (float64, error) {
	loss := s.Scalar()
	s.Device().SquaredError(loss, s.DLogits, s.Logits, s.Labels(), weight)
	return unweighted(s.Value(loss), weight), nil
}
