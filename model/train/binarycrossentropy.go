package train

import (
	"errors"
	"math"

	"ltpbench/internal/registry"
	"ltpbench/model"
)

func init() {
	objectives.Register(registry.Entry[Objective]{
		Name: "binary-cross-entropy", Doc: "the mean over texts and labels of each label's own binary cross entropy, for several labels at once",
		New:      func(registry.Args) (Objective, error) { return binaryCrossEntropy{}, nil },
		Examples: []string{"binary-cross-entropy"},
	})
}

type binaryCrossEntropy struct{}

// Needs implements Objective.
func (binaryCrossEntropy) Needs(f Fit) (Needs, error) {
	if !f.Student.IsMultiLabel() {
		return Needs{}, errors.New("the model does not give several labels at once; use task")
	}
	return Needs{}, nil
}

// Add implements Objective: PyTorch's BCEWithLogitsLoss, as transformers has it.
func (binaryCrossEntropy) Add(s *Step, weight float32) (float64, error) {
	return s.binaryCrossEntropy(s.Batch.Targets, weight), nil
}

// binaryCrossEntropy adds the gradient of weight * mean over texts and labels of -(t log p + (1-t) log(1-p)),
// p = 1/(1+exp(-x)), t the targets, and returns the mean. It is computed on the host: logits are few.
func (s *Step) binaryCrossEntropy(targets []float32, weight float32) float64 {
	x, total := s.HostLogits(), 0.0
	each := 1 / float64(len(x))
	for i, v := range x {
		v, t := float64(v), float64(targets[i])
		total += max(v, 0) - v*t + math.Log1p(math.Exp(-math.Abs(v)))
		x[i] = weight * float32(each*(logistic(v)-t))
	}
	s.AddLogits(x)
	return each * total
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Probabilities replaces a text's logits by the probabilities of its labels: of each by itself where a model gives
// several at once, else of one among them. The score of a regression stays.
func Probabilities(c *model.Config, logits []float32) {
	switch {
	case c.IsMultiLabel():
		for i, v := range logits {
			logits[i] = float32(logistic(float64(v)))
		}
	case !c.IsRegression():
		Softmax(logits)
	}
}
