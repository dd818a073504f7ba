package recipe

import (
	"math"

	"ltpbench/bench/eval"
)

// softmax is a teacher's probabilities, as targets.
func softmax(x []float32) []float32 {
	p, sum := make([]float32, len(x)), 0.0
	top := x[eval.Largest(x)]
	for i, v := range x {
		p[i] = float32(math.Exp(float64(v - top)))
		sum += float64(p[i])
	}
	for i := range p {
		p[i] = float32(float64(p[i]) / sum)
	}
	return p
}
