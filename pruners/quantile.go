package pruners

import (
	"math"

	"ltpbench/hw"
)

func init() {
	Register(Rule{
		Name:      "quantile",
		Doc:       "drops the same share of the remaining tokens in every layer from 1 on, those with the lowest received attention or another score; needs no training (arXiv 2408.11799; definition from a summary of the paper)",
		Params:    []ParamDoc{{"q", "share of the remaining tokens that each layer drops, 0 to 1"}},
		New:       newQuantile,
		Knobs:     []Knob{{"q", "0.1"}},
		Scores:    true,
		Untrained: []string{"quantile"},
		Cost:      Ranks,
		Examples:  []string{"quantile:q=0.1", "quantile:q=0.29", "quantile:q=1", "quantile:q=0.2,score=others", "quantile:q=0.2,score=cls", "quantile:q=0.2,score=accumulated", "quantile:q=0.2,score=random"},
	})
}

// Quantile drops floor(Q n) of a sequence's n remaining rows in each layer from 1 on:
// those with the lowest scores, of equal ones the later. Row 0 is not among the rows to
// choose from but counts in n, so that a layer drops floor(Q n) rows whatever row 0's
// score is, and n-1 where that would be all.
type Quantile struct{ Q float64 }

// Grown implements Growing.
func (p Quantile) Grown(share float64) Pruner {
	p.Q *= share
	return p
}

func newQuantile(a Args) (Pruner, error) {
	if !a.Has("q") {
		return nil, errMissing("q")
	}
	q, err := a.Float("q", 0, 0, 1)
	return Quantile{q}, err
}

// Spec implements Pruner.
func (p Quantile) Spec() Spec { return Spec{"quantile", []Arg{{"q", number(p.Q, 64)}}} }

// Tune implements Tunable: q= is x.
func (p Quantile) Tune(x float64) Pruner { return Quantile{fourDigits(x)} }

// left is how many of n rows a layer keeps, row 0 not protected. A product that float64
// rounds to just below a whole number, such as 0.29·100, is that number.
func (p Quantile) left(n int) int { return n - int(math.Floor(p.Q*float64(n)+1e-9)) }

// Score implements Pruner.
func (Quantile) Score(layer, layers int) hw.Score {
	if layer == 0 {
		return hw.Score{}
	}
	return hw.Score{Kind: hw.Received}
}

// Keep implements Pruner.
func (p Quantile) Keep(v View, keep []bool) {
	for b := range v.Seqs.Count() {
		i, j := v.Seqs[b], v.Seqs[b+1]
		KeepBest(v.Scores[i:j], p.left(int(j-i)), keep[i:j])
	}
}

// KeepUnprotected implements Unprotected: row 0 competes like any other.
func (p Quantile) KeepUnprotected(v View, keep []bool) {
	for b := range v.Seqs.Count() {
		i, j := v.Seqs[b], v.Seqs[b+1]
		best(v.Scores[i:j], p.left(int(j-i)), keep[i:j])
	}
}

// KeepOn implements OnDevice. How many rows are alive follows from a sequence's length,
// so that the host need not ask the device.
func (p Quantile) KeepOn(d hw.Device, v DeviceView, s Selection) bool {
	device, ok := d.(BestSelector)
	if !ok {
		return false
	}
	keep := make([]float32, v.Seqs.Count)
	for b := range keep {
		n := int(v.FullHost[b])
		for range v.Layer {
			n = max(1, p.left(n))
		}
		keep[b] = float32(n)
	}
	d.Write(v.PerSequence, keep)
	device.SelectBest(s.Rows, s.Offsets, v.Scored, v.Seqs, v.PerSequence)
	return true
}
