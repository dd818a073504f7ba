package train

import "ltpbench/internal/registry"

func init() {
	objectives.Register(registry.Entry[Objective]{
		Name: "task", Doc: "the task's own loss: cross-entropy, binary-cross-entropy for several labels at once, squared-error for a regression",
		New:      func(registry.Args) (Objective, error) { return task{}, nil },
		Examples: []string{"task"},
	})
}

type task struct{}

// TaskTerm is the task's own loss.
func TaskTerm() Term { return Term{Name: "task", Objective: task{}, Weight: 1} }

// Needs implements Objective.
func (task) Needs(Fit) (Needs, error) { return Needs{}, nil }

// Add implements Objective.
func (task) Add(s *Step, weight float32) (float64, error) {
	switch {
	case s.Config().IsRegression():
		return squaredError{}.Add(s, weight)
	case s.Config().IsMultiLabel():
		return binaryCrossEntropy{}.Add(s, weight)
	}
	return crossEntropy{}.Add(s, weight)
}
