package pruners

import (
	"fmt"
	"math"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
)

func init() {
	Register(Rule{
		Name: "lengthdrop",
		Doc: "keeps ⌈(1-b) n⌉ of the n remaining tokens in every layer, and is trained for all lengths down to that at once: full length, this one and a random one between in each step, " +
			"the shorter ones distilled from the full (LengthDrop; Kim and Cho, Length-Adaptive Transformer, arXiv 2010.07003)",
		Params: []ParamDoc{
			{"drop", "b, the share that a layer drops, 0 to 1; auto, the default: 1-0.8^(12/L) in a model of L layers, the published 0.2 in one of 12"},
		},
		New:      newLengthDrop,
		Knobs:    []Knob{{"drop", auto}},
		Scores:   true,
		Cost:     Ranks,
		Stages:   []Mode{Lengths},
		Examples: []string{"lengthdrop", "lengthdrop:drop=0.3", "lengthdrop:drop=0.2,score=cls"},
	})
}

// auto is the value of drop= that follows from the number of layers.
const auto = "auto"

// LengthDrop keeps in each layer, layer 0 included, ⌈(1-b) n⌉ of n rows, row 0 among them,
// ranked by this layer's received attention. Lengths follow from a sequence's own: the
// published code takes them from the padded one, so that short texts lose padding alone.
type LengthDrop struct {
	Drop  float64 // b; 0 if Auto
	Auto  bool    // b = 1-0.8^(12/L)
	spare float64 // the share of b that is spared while the rule grows
}

func newLengthDrop(a Args) (Pruner, error) {
	if a.Text("drop", auto) == auto {
		return LengthDrop{Auto: true}, nil
	}
	drop, err := a.Float("drop", 0, 0, 1)
	return LengthDrop{Drop: drop}, err
}

// Spec implements Pruner.
func (p LengthDrop) Spec() Spec {
	if p.Auto {
		return Spec{"lengthdrop", []Arg{{"drop", auto}}}
	}
	return Spec{"lengthdrop", []Arg{{"drop", number(p.Drop, 64)}}}
}

// share is b in a model of so many layers.
func (p LengthDrop) share(layers int) float64 {
	if p.Auto {
		return (1 - p.spare) * (1 - math.Pow(0.8, 12/float64(layers)))
	}
	return (1 - p.spare) * p.Drop
}

// least is ⌈(1-b) n⌉, at least 1.
func least(n int, b float64) int { return max(1, int(math.Ceil((1-b)*float64(n)-1e-9))) }

// Kept implements Counted.
func (p LengthDrop) Kept(layer, layers, full int) int {
	b := p.share(layers)
	for range layer + 1 {
		full = least(full, b)
	}
	return full
}

// Tune implements Tunable: drop= is x.
func (p LengthDrop) Tune(x float64) Pruner { return LengthDrop{Drop: fourDigits(x)} }

// Grown implements Growing.
func (p LengthDrop) Grown(share float64) Pruner {
	p.spare = 1 - share
	return p
}

// Score implements Pruner.
func (p LengthDrop) Score(layer, layers int) hw.Score { return hw.Score{Kind: hw.Received} }

// Keep implements Pruner.
func (p LengthDrop) Keep(v View, keep []bool) { keepCounted(p, v, keep) }

// KeepOn implements OnDevice.
func (p LengthDrop) KeepOn(d hw.Device, v DeviceView, s Selection) bool {
	return keepCountedOn(p, d, v, s)
}

// Sample implements Sampler: in each layer n becomes a number between ⌈(1-b) n⌉ and n, all
// equally likely. One number per layer and key is drawn for all sequences.
func (p LengthDrop) Sample(k Key) Pruner { return subLengths{p, k} }

// subLengths is a rule drawn from LengthDrop.
type subLengths struct {
	LengthDrop
	key Key
}

// Spec implements Pruner. It is no rule to be written down: Parse does not read it.
func (p subLengths) Spec() Spec {
	return Spec{"lengthdrop", append(p.LengthDrop.Spec().Args, Arg{"step", fmt.Sprint(p.key.Step)})}
}

// Kept implements Counted.
func (p subLengths) Kept(layer, layers, full int) int {
	b := p.share(layers)
	for l := range layer + 1 {
		low := least(full, b)
		u := ragged.Mix(ragged.Mix(p.key.Seed^0x6c656e677468)^ragged.Mix(p.key.Step)^uint64(l+1)<<48) >> 11
		full = low + int(float64(u)/(1<<53)*float64(full-low+1))
	}
	return full
}

// Keep implements Pruner.
func (p subLengths) Keep(v View, keep []bool) { keepCounted(p, v, keep) }

// KeepOn implements OnDevice.
func (p subLengths) KeepOn(d hw.Device, v DeviceView, s Selection) bool {
	return keepCountedOn(p, d, v, s)
}
