package stats

import (
	"cmp"
	"math"
	"slices"
)

// Node is a method at one budget: what it costs, and its scores, one per training seed.
type Node struct {
	Name   string  // what the caller calls it
	Cost   float64 // relative FLOPs, or relative time; the mean over seeds
	Error  float64 // standard error of Cost: of a time; 0 of what is counted
	Scores []Score // as many, and in the same order of seeds, at every node of a curve
}

// Curve is a method's nodes, sorted by Cost.
type Curve []Node

// NewCurve sorts nodes into a curve. Budgets that came to the same cost are one node of the first
// one's name, with the mean of their scores.
func NewCurve(nodes ...Node) Curve {
	sorted := slices.Clone(nodes)
	slices.SortStableFunc(sorted, func(a, b Node) int { return cmp.Compare(a.Cost, b.Cost) })
	var c Curve
	same := 0.0 // nodes at the last cost
	for _, n := range sorted {
		if len(c) == 0 || c[len(c)-1].Cost != n.Cost {
			c, same = append(c, n), 1
			continue
		}
		last := &c[len(c)-1]
		mustPair(len(last.Scores), len(n.Scores))
		same++
		last.Error = max(last.Error, n.Error)
		last.Scores = slices.Clone(last.Scores)
		for i := range last.Scores {
			last.Scores[i] = mix(last.Scores[i], n.Scores[i], 1/same)
		}
	}
	return c
}

// Reach is how far past a curve's end a cost may lie to be taken for that end: half of the last digit that is
// shown. Two rules steered to one budget meet it to a thousandth or two, and not to the same side.
const Reach = 0.005

// At interpolates the scores linearly between the two nodes around a cost, seed by seed and resample by
// resample. It is false where the curve does not reach, give or take Reach: nothing is extrapolated.
func (c Curve) At(cost float64) ([]Score, bool) {
	scores, _, _, ok := c.at(cost)
	return scores, ok
}

// at also returns the standard error of the costs interpolated between and the curve's slope there.
func (c Curve) at(cost float64) (scores []Score, sideways, slope float64, ok bool) {
	if len(c) == 0 || !(c[0].Cost-Reach <= cost && cost <= c[len(c)-1].Cost+Reach) {
		return nil, 0, 0, false
	}
	cost = min(max(cost, c[0].Cost), c[len(c)-1].Cost)
	i := 0
	for i+2 < len(c) && c[i+1].Cost <= cost {
		i++
	}
	a, b := c[i], c[min(i+1, len(c)-1)]
	gap := b.Cost - a.Cost
	if gap == 0 { // one node
		return a.Scores, a.Error, 0, true
	}
	mustPair(len(a.Scores), len(b.Scores))
	w := (cost - a.Cost) / gap
	scores = make([]Score, len(a.Scores))
	for s := range scores {
		scores[s] = mix(a.Scores[s], b.Scores[s], w)
		slope += (b.Scores[s].Value - a.Scores[s].Value) / gap / float64(len(scores))
	}
	return scores, math.Hypot((1-w)*a.Error, w*b.Error), slope, true
}

// Nearest is the cost nearest to another that both curves reach, give or take Reach; false if there is none.
func Nearest(a, b Curve, cost float64) (float64, bool) {
	if len(a) == 0 || len(b) == 0 {
		return 0, false
	}
	low, high := max(a[0].Cost, b[0].Cost), min(a[len(a)-1].Cost, b[len(b)-1].Cost)
	if low > high+Reach {
		return 0, false
	}
	if low > high {
		return (low + high) / 2, true
	}
	return min(max(cost, low), high), true
}

// CompareAt is Compare of two curves at equal cost. Where costs were timed, an error of the time moves a
// curve sideways, and by its slope up or down; that is part of the difference's error. It is false where one
// of the curves does not reach.
func CompareAt(a, b Curve, cost float64) (Estimate, bool) {
	x, dx, riseA, okA := a.at(cost)
	y, dy, riseB, okB := b.at(cost)
	if !okA || !okB {
		return Estimate{}, false
	}
	// A curve of one node has no slope to be seen: the other's has to do.
	if len(a) == 1 {
		riseA = riseB
	} else if len(b) == 1 {
		riseB = riseA
	}
	return Compare(x, y).widened(math.Hypot(riseA*dx, riseB*dy)), true
}
