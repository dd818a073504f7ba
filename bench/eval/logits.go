package eval

import "math"

// Prediction is the class with the largest logit, the first of equals, or a regression's one logit.
func Prediction(logits []float32) float64 {
	if len(logits) == 1 {
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
