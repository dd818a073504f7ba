package train

import (
	"errors"

	"ltpbench/internal/registry"
)

func init() {
	objectives.Register(registry.Entry[Objective]{
		Name: "cross-entropy", Doc: "the mean cross entropy of the classes against the labels",
		New:      func(registry.Args) (Objective, error) { return crossEntropy{}, nil },
		Examples: []string{"cross-entropy"},
	})
}

type crossEntropy struct{}

// Needs implements Objective.
func (crossEntropy) Needs(f Fit) (Needs, error) {
	if f.Student.IsRegression() {
		return Needs{}, errors.New("a regression has no classes; use squared-error")
	}
	if f.Student.IsMultiLabel() {
		return Needs{}, errors.New("the model gives several labels at once; use binary-cross-entropy")
	}
	return Needs{}, nil
}

// Add implements Objective.
func (crossEntropy) Add(s *Step, weight float32) (float64, error) {
	loss := s.Scalar()
	s.Device().CrossEntropy(loss, s.DLogits, s.Logits, s.Labels(), weight)
	return unweighted(s.Value(loss), weight), nil
}

// unweighted is a loss that a device has weighted.
func unweighted(loss float64, weight float32) float64 {
	if weight == 0 {
		return 0
	}
	return loss / float64(weight)
}
