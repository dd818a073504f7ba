package train

import (
	"cmp"
	"math"

	"ltpbench/pruners"
)

// learnerMoments is Adam's state for a learner's parameter, on the host.
type learnerMoments struct{ m, v []float64 }

func newMoments(params []pruners.Param) []learnerMoments {
	var list []learnerMoments
	for _, p := range params {
		list = append(list, learnerMoments{make([]float64, len(p.Value)), make([]float64, len(p.Value))})
	}
	return list
}

// step is Adam without decay, on gradients multiplied by scale; step counts from 1.
func (l *learnerMoments) step(p pruners.Param, scale float64, rate float32, eps float64, step int) {
	for i, g := range p.Grad {
		if p.Fixed != nil && p.Fixed[i] {
			continue
		}
		g := float64(g) * scale
		l.m[i] = beta1*l.m[i] + (1-beta1)*g
		l.v[i] = beta2*l.v[i] + (1-beta2)*g*g
		m, v := l.m[i]/(1-math.Pow(beta1, float64(step))), l.v[i]/(1-math.Pow(beta2, float64(step)))
		p.Value[i] -= float32(float64(rate*cmp.Or(p.Rate, 1)) * m / (math.Sqrt(v) + eps))
		if p.Within != [2]float32{} {
			p.Value[i] = max(p.Within[0], min(p.Within[1], p.Value[i]))
		}
	}
}
