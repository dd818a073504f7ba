package train

import (
	"math"

	"ltpbench/internal/registry"
)

func init() {
	objectives.Register(registry.Entry[Objective]{
		Name:   "distil",
		Doc:    "the loss against a teacher's predictions instead of labels: cross entropy, or each label's own, against its probabilities (Hinton et al., arXiv 1503.02531, at temperature 1), squared error against its score",
		Params: []registry.Param{{Key: "from", Doc: "teacher: a fixed one (default); first: this model in the step's first pass (sandwich rule, LAT)"}},
		New: func(a registry.Args) (Objective, error) {
			from, err := a.Choice("from", "teacher", "first")
			return distil{first: from == "first"}, err
		},
		Examples: []string{"distil", "distil:from=first,weight=0.5"},
	})
}

type distil struct{ first bool }

// DistilTerm is the loss against a fixed teacher's answers.
func DistilTerm() Term { return Term{Name: "distil", Objective: distil{}, Weight: 1} }

// Needs implements Objective.
func (o distil) Needs(f Fit) (Needs, error) { return Needs{Answers: !o.first}, nil }

// Add implements Objective.
func (o distil) Add(s *Step, weight float32) (float64, error) {
	if o.first {
		first, cols := s.First(), s.Logits.Cols
		answers := make([]float32, len(first))
		for i := 0; i < len(first); i += cols {
			copy(answers[i:i+cols], first[i:])
			Probabilities(s.Config(), answers[i:i+cols])
		}
		s.Batch.Teacher = answers
	}
	if s.Config().IsMultiLabel() {
		return s.binaryCrossEntropy(s.Batch.Teacher, weight), nil
	}
	loss := s.Scalar()
	if s.Config().IsRegression() {
		s.Device().SquaredError(loss, s.DLogits, s.Logits, s.Answers(), weight)
	} else {
		s.Device().CrossEntropy(loss, s.DLogits, s.Logits, s.Answers(), weight)
	}
	return unweighted(s.Value(loss), weight), nil
}

// Softmax replaces logits by their probabilities.
func Softmax(x []float32) {
	top, sum := float32(math.Inf(-1)), 0.0
	for _, v := range x {
		top = max(top, v)
	}
	for i, v := range x {
		x[i] = float32(math.Exp(float64(v - top)))
		sum += float64(x[i])
	}
	for i := range x {
		x[i] = float32(float64(x[i]) / sum)
	}
}
