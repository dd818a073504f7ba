package train

import (
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

// step is Adam without decay and clipping; step counts from 1.
func (l *learnerMoments) step(p pruners.Param, rate float32, step int) {
	for i, g := range p.Grad {
		if p.Fixed != nil && p.Fixed[i] {
			continue
		}
		g := float64(g)
		l.m[i] = 0.9*l.m[i] + 0.1*g
		l.v[i] = 0.999*l.v[i] + 0.001*g*g
		m, v := l.m[i]/(1-math.Pow(0.9, float64(step))), l.v[i]/(1-math.Pow(0.999, float64(step)))
		p.Value[i] -= float32(float64(rate) * m / (math.Sqrt(v) + 1e-8))
	}
}
