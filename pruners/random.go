package pruners

import (
	"fmt"
	"math"
	"strconv"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
)

func init() {
	Register(Rule{
		Name: "random",
		Doc:  "keeps a random share of each sentence: the control for the value of selection",
		Params: []ParamDoc{
			{"keep", "share of the original length kept in every layer from 1 on"},
			{"seed", "chooses the tokens, together with the sentence itself"},
		},
		New:       newRandom,
		Knobs:     []Knob{{"keep", "0.5"}},
		Seed:      "seed",
		Untrained: []string{"random"},
		Examples:  []string{"random:keep=0.5,seed=1", "random:keep=0.1,seed=7"},
	})
}

// Random keeps as many rows as TopK's flat schedule would, chosen by a hash of
// seed, sentence and position: the same in any batch and order, and what one
// layer keeps is among what the layer before kept.
type Random struct {
	Share float64
	Seed  uint64
}

// Grown implements Growing.
func (p Random) Grown(share float64) Pruner {
	p.Share = spared(p.Share, share)
	return p
}

func newRandom(a Args) (Pruner, error) {
	if !a.Has("keep") {
		return nil, errMissing("keep")
	}
	share, err := a.Float("keep", 0, 1e-6, 1)
	if err != nil {
		return nil, err
	}
	seed, err := strconv.ParseUint(a.Text("seed", "0"), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("seed=%s is not a whole number from 0 to %d", a.Text("seed", ""), uint64(math.MaxUint64))
	}
	return Random{share, seed}, nil
}

// Spec implements Pruner.
func (p Random) Spec() Spec {
	return Spec{"random", []Arg{{"keep", number(p.Share, 64)}, {"seed", strconv.FormatUint(p.Seed, 10)}}}
}

// Tune implements Tunable: keep= is 1-x.
func (p Random) Tune(x float64) Pruner {
	p.Share = max(0.0001, fourDigits(1-x))
	return p
}

// Kept implements Counted.
func (p Random) Kept(layer, layers, full int) int {
	if layer == 0 {
		return full
	}
	return min(full, Count(full, p.Share))
}

// Score implements Pruner: none is read.
func (Random) Score(layer, layers int) hw.Score { return hw.Score{} }

// Decides implements Decider.
func (Random) Decides(layer, layers int) bool { return layer > 0 }

// Keep implements Pruner.
func (p Random) Keep(v View, keep []bool) {
	var room [512]float32 // on the stack: only longer sentences cost an allocation
	scores := room[:0]
	for b := range v.Seqs.Count() {
		i, j := v.Seqs[b], v.Seqs[b+1]
		scores = scores[:0]
		for _, at := range v.Positions[i:j] {
			scores = append(scores, float32(ragged.Mix(v.Examples[b]^ragged.Mix(p.Seed^ragged.Mix(uint64(at))))>>40))
		}
		KeepBest(scores, Count(int(v.Full[b]), p.Share), keep[i:j])
	}
}
