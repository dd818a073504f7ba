package pruners

import (
	"math"

	"ltpbench/hw"
)

// Learn implements Learnable: the soft stage of LTP (section 3.3), whose mask is
// sigmoid((score - theta)/T) in every layer but the first.
func (p Threshold) Learn(o LearnOptions) (Learner, error) {
	if err := p.Check(o.Layers); err != nil {
		return nil, err
	}
	l := &softThreshold{divisor: p.Divisor, temperature: o.Temperature, layers: o.Layers}
	if p.Divisor == Mean {
		l.temperature *= PaddedLength // thresholds, and with them the temperature, are that much larger
	}
	for i := range o.Layers {
		l.theta = append(l.theta, p.At(i, o.Layers))
	}
	l.grad = make([]float32, o.Layers)
	l.fixed = make([]bool, o.Layers)
	l.fixed[0] = true
	return l, nil
}

type softThreshold struct {
	divisor     Divisor
	temperature float32
	layers      int
	theta, grad []float32
	fixed       []bool
}

func (l *softThreshold) Params() []Param {
	return []Param{{Name: "theta", Value: l.theta, Grad: l.grad, Fixed: l.fixed}}
}

func (l *softThreshold) Score(layer int) hw.Score {
	if layer == 0 {
		return hw.Score{}
	}
	return hw.Score{Kind: hw.Received}
}

func (l *softThreshold) Masks(layer int) bool { return layer > 0 }
func (l *softThreshold) UsesHidden() bool     { return false }

func (l *softThreshold) Mask(v View, mask []float32) {
	theta := l.theta[v.Layer]
	for b := range v.Seqs.Count() {
		by := l.divisor.of(v, b)
		for r := v.Seqs[b]; r < v.Seqs[b+1]; r++ {
			mask[r] = sigmoid((v.Scores[r]/by - theta) / l.temperature)
		}
	}
}

func (l *softThreshold) MaskGrad(v View, mask, dmask []float32, to MaskGrads) {
	dtheta := float64(0)
	for b := range v.Seqs.Count() {
		by := l.divisor.of(v, b)
		for r := v.Seqs[b]; r < v.Seqs[b+1]; r++ {
			g := dmask[r] * mask[r] * (1 - mask[r]) / l.temperature
			to.Scores[r] += g / by
			dtheta -= float64(g)
		}
		if l.divisor == Mean {
			l.meanGrad(v, b, by, mask, dmask, to.Scores)
		}
	}
	l.grad[v.Layer] += float32(dtheta)
}

// meanGrad adds what goes back through the mean that scores are divided by.
func (l *softThreshold) meanGrad(v View, b int, mean float32, mask, dmask, dscores []float32) {
	dmean := 0.0
	for r := v.Seqs[b]; r < v.Seqs[b+1]; r++ {
		g := dmask[r] * mask[r] * (1 - mask[r]) / l.temperature
		dmean -= float64(g * v.Scores[r] / (mean * mean))
	}
	for r := v.Seqs[b]; r < v.Seqs[b+1]; r++ {
		dscores[r] += float32(dmean / float64(v.Seqs.Len(b)))
	}
}

func (l *softThreshold) Pruner() Pruner {
	return Threshold{Theta: append([]float32(nil), l.theta...), Learned: true, Divisor: l.divisor}
}

func sigmoid(x float32) float32 { return float32(1 / (1 + math.Exp(-float64(x)))) }
