package eval

import (
	"math"

	"ltpbench/bench/text"
	"ltpbench/model"
)

// Prediction is what a model answers: the class with the largest logit, the first of equals, the number of the set of
// labels whose logit is not negative where several may hold at once, or a regression's one logit.
func Prediction(c *model.Config, logits []float32) float64 {
	switch {
	case c.IsMultiLabel():
		return float64(text.SetOf(logits))
	case len(logits) == 1:
		return float64(logits[0])
	}
	return float64(Largest(logits))
}

// Largest is the place of the largest value, the first of equals.
func Largest(x []float32) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}

// Softmax is the logits' probabilities.
func Softmax(logits []float32) []float64 {
	p, sum, top := make([]float64, len(logits)), 0.0, float64(logits[Largest(logits)])
	for i, v := range logits {
		p[i] = math.Exp(float64(v) - top)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// Logistic is the probability of each label by itself, where several may hold at once.
func Logistic(logits []float32) []float64 {
	p := make([]float64, len(logits))
	for i, v := range logits {
		p[i] = 1 / (1 + math.Exp(-float64(v)))
	}
	return p
}
