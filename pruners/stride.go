package pruners

import "ltpbench/hw"

func init() {
	Register(Rule{
		Name:      "stride",
		Doc:       "keeps evenly spaced tokens of each sentence before layer 0, of a pair those of each text: the control for a selection that looks at the text",
		Params:    []ParamDoc{{"keep", "share of the original length kept"}},
		New:       newStride,
		Knobs:     []Knob{{"keep", "0.5"}},
		Untrained: []string{"stride"},
		Examples:  []string{"stride:keep=0.5", "stride:keep=0.3", "stride:keep=1"},
	})
}

// Stride keeps k of a text's n rows: those numbered ⌊i n/k⌋ for i from 0. k is as Truncate
// has it. It decides before the attention of layer 0, on the host.
type Stride struct{ Share float64 }

func newStride(a Args) (Pruner, error) {
	share, err := keepShare(a)
	return Stride{share}, err
}

// Spec implements Pruner.
func (p Stride) Spec() Spec { return Spec{"stride", []Arg{{"keep", number(p.Share, 64)}}} }

// Tune implements Tunable: keep= is 1-x.
func (p Stride) Tune(x float64) Pruner { return Stride{max(0.0001, fourDigits(1-x))} }

// Kept implements Counted.
func (p Stride) Kept(layer, layers, full int) int { return min(full, Count(full, p.Share)) }

// Score implements Pruner: none is read.
func (Stride) Score(layer, layers int) hw.Score { return hw.Score{} }

// Decides implements Decider.
func (Stride) Decides(layer, layers int) bool { return layer == 0 }

// Before implements Early.
func (Stride) Before(layer, layers int) bool { return layer == 0 }

// Keep implements Pruner.
func (p Stride) Keep(v View, keep []bool) {
	for b := range v.Seqs.Count() {
		first, second, end := int(v.Seqs[b]), int(v.second(b)), int(v.Seqs[b+1])
		a, c := shares(Count(int(v.Full[b]), p.Share), second-first, end-second)
		for i := range a {
			keep[first+i*(second-first)/a] = true
		}
		for i := range c {
			keep[second+i*(end-second)/c] = true
		}
	}
}
