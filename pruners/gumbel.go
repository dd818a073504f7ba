package pruners

import (
	"math"

	"ltpbench/internal/ragged"
)

// gumbel decides about rows by a hard Gumbel softmax of temperature 1 over a network's two
// outputs, keep and drop, with a straight-through gradient, times the decision before: of two
// classes this is whether the log-odds plus logistic noise are at least the bar, with the gradient
// of their sigmoid (Jang et al., arXiv 1611.01144). Row 0 stays.
type gumbel struct {
	bar  float32
	soft bool // the sigmoid itself is the mask: what the gradient is the derivative of
}

// noisy is the probability that row r of sequence b is kept, given the noise drawn for it.
func (g gumbel) noisy(v View, b int, r int32) float32 {
	return sigmoid(odds(v, r) - g.bar + logistic(v, b, r))
}

// odds are row r's log-odds of being kept.
func odds(v View, r int32) float32 { return v.Scores[2*r] - v.Scores[2*r+1] }

// logistic draws the difference of two Gumbel variables for row r of sequence b, by seed,
// step, pass, example, layer and position.
func logistic(v View, b int, r int32) float32 {
	at := ragged.Mix(uint64(v.Layer)<<32 | uint64(uint32(v.Positions[r])))
	u := (float64(ragged.Mix(v.Examples[b]^ragged.Mix(v.Draw^at))>>11) + 0.5) / (1 << 53)
	return float32(math.Log(u / (1 - u)))
}

// decided is 1 or 0, or p itself if relaxed.
func (g gumbel) decided(p float32) float32 {
	switch {
	case g.soft:
		return p
	case p >= 0.5:
		return 1
	}
	return 0
}

// Mask implements Learner.
func (g gumbel) Mask(v View, mask []float32) {
	for b := range v.Seqs.Count() {
		mask[v.Seqs[b]] = 1
		for r := v.Seqs[b] + 1; r < v.Seqs[b+1]; r++ {
			mask[r] = v.Policy[r] * g.decided(g.noisy(v, b, r))
		}
	}
}

// MaskGrad implements Learner.
func (g gumbel) MaskGrad(v View, mask, dmask []float32, to MaskGrads) {
	for b := range v.Seqs.Count() {
		for r := v.Seqs[b] + 1; r < v.Seqs[b+1]; r++ {
			p := g.noisy(v, b, r)
			d := dmask[r] * v.Policy[r] * p * (1 - p)
			to.Policy[r] += dmask[r] * g.decided(p)
			to.Scores[2*r] += d
			to.Scores[2*r+1] -= d
		}
	}
}

// keepOdds keeps the rows whose log-odds are at least the bar.
func keepOdds(v View, bar float64, keep []bool) {
	for r := range keep {
		keep[r] = odds(v, int32(r)) >= float32(bar)
	}
}
