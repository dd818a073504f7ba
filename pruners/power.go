package pruners

import (
	"fmt"
	"math"
	"sort"

	"ltpbench/hw"
)

func init() {
	Register(Rule{
		Name: "power",
		Doc:  "keeps as many tokens in each layer, from the first on, as learned weights of their ranks by the attention of others add up to (PoWER-BERT, Goyal et al., arXiv 2001.08950, section 3.3)",
		Params: []ParamDoc{
			{"shift", "number that is added to every weight, which then is cut to 0 to 1; a budget sets it; -1 to 1, default 0"},
		},
		New:      newPower,
		Knobs:    []Knob{{"shift", "0"}},
		Cost:     Ranks,
		Stages:   []Mode{Soft, Hard},
		Penalty:  "mask:layers=growing",
		Examples: []string{"power:shift=0", "power:shift=-0.3"},
	})
}

// bins is how many weights a layer has: a row's is that of its rank over n0.
const bins = 20

// Power keeps, of a sequence of n0 tokens, row 0 and the floor(sum of w(rank)) others that
// receive most attention from other rows, rank running over 1 to n0-1, and never more than
// the layer before. w(rank) is Weights[layer][floor(20 rank/n0)] plus Shift, cut to [0, 1].
type Power struct {
	Shift   float64
	Weights []float32 // layer after layer; nil: all 1, where learning begins
}

func newPower(a Args) (Pruner, error) {
	shift, err := a.Float("shift", 0, -1, 1)
	return Power{Shift: shift}, err
}

// Spec implements Pruner. The weights are in the State.
func (p Power) Spec() Spec { return Spec{"power", []Arg{{"shift", number(p.Shift, 64)}}} }

const powerTensor = "weights"

// State implements Stateful.
func (p Power) State() State {
	if p.Weights == nil {
		return nil
	}
	return State{powerTensor: {[]int{len(p.Weights) / bins, bins}, p.Weights}}
}

// WithState implements Stateful.
func (p Power) WithState(s State) (Pruner, error) {
	var err error
	p.Weights, err = s.tensor(powerTensor, len(s[powerTensor].Data)/bins, bins)
	return p, err
}

// Check implements Checker.
func (p Power) Check(layers int) error {
	if p.Weights != nil && len(p.Weights) != layers*bins {
		return fmt.Errorf("pruner %s has weights for %d layers and the model %d: it was learned for another model", p.Spec(), len(p.Weights)/bins, layers)
	}
	return nil
}

// weight is that of a bin in a layer.
func (p Power) weight(layer, bin int) float64 {
	w := 1.0
	if p.Weights != nil {
		w = float64(p.Weights[layer*bins+bin])
	}
	return max(0, min(1, w+p.Shift))
}

// Score implements Pruner.
func (Power) Score(layer, layers int) hw.Score { return hw.Score{Kind: hw.ReceivedFromOthers} }

// Tune implements Tunable: shift= falls from 1 to -1.
func (p Power) Tune(x float64) Pruner {
	p.Shift = fourDigits(1 - 2*x)
	return p
}

// Kept implements Counted. A sum that float64 rounds to just below a whole number is that.
func (p Power) Kept(layer, layers, full int) int {
	least := full
	for l := range layer + 1 {
		sum := 0.0
		for rank := 1; rank < full; rank++ {
			sum += p.weight(l, bins*rank/full)
		}
		least = min(least, 1+int(math.Floor(sum+1e-9)))
	}
	return least
}

// Keep implements Pruner.
func (p Power) Keep(v View, keep []bool) {
	for b := range v.Seqs.Count() {
		i, j := v.Seqs[b], v.Seqs[b+1]
		KeepBest(v.Scores[i:j], p.Kept(v.Layer, v.Layers, int(v.Full[b])), keep[i:j])
	}
}

// KeepOn implements OnDevice.
func (p Power) KeepOn(d hw.Device, v DeviceView, s Selection) bool {
	device, ok := d.(BestSelector)
	if !ok {
		return false
	}
	keep := make([]float32, v.Seqs.Count)
	for b := range keep {
		keep[b] = float32(p.Kept(v.Layer, v.Layers, int(v.FullHost[b])))
	}
	d.Write(v.PerSequence, keep)
	device.SelectBest(s.Rows, s.Offsets, v.Scored, v.Seqs, v.PerSequence)
	return true
}

// Learn implements Learnable: soft extraction (section 3.3). The weight of its rank
// multiplies each row between attention and feed-forward; row 0 ranks first, with weight 1.
func (p Power) Learn(o LearnOptions) (Learner, error) {
	if err := p.Check(o.Layers); err != nil {
		return nil, err
	}
	l := &softPower{grad: make([]float32, o.Layers*bins)}
	for layer := range o.Layers {
		for bin := range bins {
			l.weights = append(l.weights, float32(p.weight(layer, bin)))
		}
	}
	return l, nil
}

type softPower struct {
	weights, grad []float32
	order, bin    []int // of rows
}

// powerRate is how much faster weights learn than the rate of a rule's parameters: they
// have to fall by as much as 1 where thresholds move by hundredths.
const powerRate = 10

func (l *softPower) Params() []Param {
	return []Param{{Name: "weights", Value: l.weights, Grad: l.grad, Within: [2]float32{0, 1}, Rate: powerRate}}
}

func (l *softPower) Score(layer int) hw.Score { return hw.Score{Kind: hw.ReceivedFromOthers} }
func (l *softPower) Masks(layer int) bool     { return true }
func (l *softPower) UsesHidden() bool         { return false }

// Inside marks it as Inside.
func (l *softPower) Inside() {}

// rank sets the bin of each row of v; that of row 0, which has none, is -1.
func (l *softPower) rank(v View) {
	l.bin = append(l.bin[:0], make([]int, v.Seqs.Rows())...)
	for b := range v.Seqs.Count() {
		i, j := int(v.Seqs[b]), int(v.Seqs[b+1])
		l.order = l.order[:0]
		for r := i + 1; r < j; r++ {
			l.order = append(l.order, r)
		}
		sort.SliceStable(l.order, func(x, y int) bool { return v.Scores[l.order[x]] > v.Scores[l.order[y]] })
		l.bin[i] = -1
		for rank, r := range l.order {
			l.bin[r] = bins * (rank + 1) / int(v.Full[b])
		}
	}
}

func (l *softPower) Mask(v View, mask []float32) {
	l.rank(v)
	for r, bin := range l.bin {
		if mask[r] = 1; bin >= 0 {
			mask[r] = l.weights[v.Layer*bins+bin]
		}
	}
}

func (l *softPower) MaskGrad(v View, mask, dmask []float32, to MaskGrads) {
	l.rank(v)
	for r, bin := range l.bin {
		if bin >= 0 {
			l.grad[v.Layer*bins+bin] += dmask[r]
		}
	}
}

func (l *softPower) Pruner() Pruner { return Power{Weights: append([]float32(nil), l.weights...)} }
