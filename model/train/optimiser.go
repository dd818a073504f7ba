package train

import "math"

// beta1, beta2 and epsilon are AdamW's.
const beta1, beta2, epsilon = 0.9, 0.999, 1e-8

// eps is what the step under way adds to √(v/(1-beta2^step)). Added before the bias
// correction, to √v, it weighs 1/√(1-beta2^step) as much: 32 times in the first step.
func (t *Trainer) eps() float64 {
	if !t.o.EpsFirst {
		return epsilon
	}
	return epsilon / math.Sqrt(1-math.Pow(beta2, float64(t.done)))
}

// together returns the gradients' norm that is clipped: the weights' own, or with
// ClipTogether that of the weights and learners' parameters, which it then
// writes to the device.
func (t *Trainer) together(weights float32) float64 {
	if !t.o.ClipTogether {
		return float64(weights)
	}
	squares := float64(weights) * float64(weights)
	for _, p := range t.learned() {
		for i, g := range p.Grad {
			if p.Fixed == nil || !p.Fixed[i] {
				squares += float64(g) * float64(g)
			}
		}
	}
	norm := math.Sqrt(squares)
	t.w.d.Write(t.norm, []float32{float32(norm)})
	return norm
}

// learnerScale is what the gradients of learners' parameters are multiplied by.
func (t *Trainer) learnerScale(norm float64) float64 {
	if !t.o.ClipTogether || t.o.MaxGradNorm == 0 {
		return 1
	}
	return math.Min(1, float64(t.o.MaxGradNorm)/(norm+1e-6))
}
