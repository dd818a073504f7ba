package stats

import (
	"math"
	"slices"
)

// Node is a method at one budget: what it costs, and its scores, one per training seed.
type Node struct {
	Cost   float64 // relative FLOPs, or relative time; the mean over seeds
	Error  float64 // standard error of Cost: of a time; 0 of what is counted
	Scores []Score // as many, and in the same order of seeds, at every node of a curve
}

// Curve is a method's nodes, sorted by Cost.
type Curve []Node

// NewCurve sorts nodes into a curve.
func NewCurve(nodes ...Node) Curve {
	c := slices.Clone(nodes)
	slices.SortStableFunc(c, func(a, b Node) int {
		switch {
		case a.Cost < b.Cost:
			return -1
		case a.Cost > b.Cost:
			return 1
		}
		return 0
	})
	return c
}

// At interpolates the scores linearly between the two nodes around a cost, seed by seed and resample by
// resample. sideways is the standard error that the nodes' costs bring with them: the curve's slope times
// theirs. It is false where the curve does not reach: nothing is extrapolated.
func (c Curve) At(cost float64) (scores []Score, sideways float64, ok bool) {
	if len(c) == 0 || !(c[0].Cost <= cost && cost <= c[len(c)-1].Cost) {
		return nil, 0, false
	}
	if len(c) == 1 {
		return c[0].Scores, 0, true
	}
	i := 0
	for i+2 < len(c) && c[i+1].Cost <= cost {
		i++
	}
	a, b := c[i], c[i+1]
	mustPair(len(a.Scores), len(b.Scores))
	gap := b.Cost - a.Cost
	if gap == 0 { // two budgets that came to the same cost
		return a.Scores, 0, true
	}
	w := (cost - a.Cost) / gap
	scores = make([]Score, len(a.Scores))
	rise := 0.0
	for s := range scores {
		scores[s] = mix(a.Scores[s], b.Scores[s], w)
		rise += (b.Scores[s].Value - a.Scores[s].Value) / float64(len(scores))
	}
	return scores, math.Abs(rise/gap) * math.Hypot((1-w)*a.Error, w*b.Error), true
}

// CompareAt is Compare of two curves at equal cost. It is false where one of them does not reach.
func CompareAt(a, b Curve, cost float64) (Estimate, bool) {
	x, dx, okA := a.At(cost)
	y, dy, okB := b.At(cost)
	if !okA || !okB {
		return Estimate{}, false
	}
	return Compare(x, y).widened(math.Hypot(dx, dy)), true
}
