package pruners

import "ltpbench/hw"

func init() {
	Register(Rule{
		Name:      "truncate",
		Doc:       "cuts each sentence to its first tokens before layer 0, of a pair each text: the control for what any selection is worth",
		Params:    []ParamDoc{{"keep", "share of the original length kept"}},
		New:       newTruncate,
		Knobs:     []Knob{{"keep", "0.5"}},
		Untrained: []string{"truncate"},
		Examples:  []string{"truncate:keep=0.5", "truncate:keep=0.1", "truncate:keep=1"},
	})
}

// Truncate keeps the first rows of each sequence, as many as Share times its length rounded
// half to even, and at least one; of a pair, the first rows of each text. It decides before
// the attention of layer 0, on the host.
type Truncate struct{ Share float64 }

func newTruncate(a Args) (Pruner, error) {
	share, err := keepShare(a)
	return Truncate{share}, err
}

// keepShare reads keep=, which has to be there.
func keepShare(a Args) (float64, error) {
	if !a.Has("keep") {
		return 0, errMissing("keep")
	}
	return a.Float("keep", 0, 1e-6, 1)
}

// Spec implements Pruner.
func (p Truncate) Spec() Spec { return Spec{"truncate", []Arg{{"keep", number(p.Share, 64)}}} }

// Tune implements Tunable: keep= is 1-x.
func (p Truncate) Tune(x float64) Pruner { return Truncate{max(0.0001, fourDigits(1-x))} }

// Kept implements Counted.
func (p Truncate) Kept(layer, layers, full int) int { return min(full, Count(full, p.Share)) }

// Score implements Pruner: none is read.
func (Truncate) Score(layer, layers int) hw.Score { return hw.Score{} }

// Decides implements Decider.
func (Truncate) Decides(layer, layers int) bool { return layer == 0 }

// Before implements Early.
func (Truncate) Before(layer, layers int) bool { return layer == 0 }

// Keep implements Pruner.
func (p Truncate) Keep(v View, keep []bool) {
	for b := range v.Seqs.Count() {
		first, second, end := v.Seqs[b], v.second(b), v.Seqs[b+1]
		a, c := shares(Count(int(v.Full[b]), p.Share), int(second-first), int(end-second))
		for r := range a {
			keep[int(first)+r] = true
		}
		for r := range c {
			keep[int(second)+r] = true
		}
	}
}
