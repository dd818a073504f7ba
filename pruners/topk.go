package pruners

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"ltpbench/hw"
)

func init() {
	Register(Rule{
		Name: "topk",
		Doc:  "keeps a fixed share of each sentence's original length, by received attention or another score (the top-k baseline beside LTP, arXiv 2107.00910)",
		Params: []ParamDoc{
			{"rate", "share kept in the last layer, reached linearly over the layers before it; may be negative"},
			{"start", "number of layers that keep everything; published: max(3, ceil(0.15 L))"},
			{"keep", "the same share in every layer from 1 on, instead of rate and start"},
			{"rates", "the share of each layer, separated by colons, that of layer 0 first, never rising: a learned schedule (LAT, arXiv 2010.07003); a budget raises all to one power"},
		},
		New:       newTopK,
		Knobs:     []Knob{{"rate", "0.5"}, {"keep", "0.5"}, {ratesKey, "1"}},
		Search:    &Search{Knob: ratesKey, Training: "lengthdrop"},
		Series:    []string{"start"},
		Scores:    true,
		Untrained: []string{"topk:start=1", "topk:keep"},
		Cost:      Ranks,
		Examples: []string{"topk:rate=0.5", "topk:rate=-0.5", "topk:rate=0.2,start=1", "topk:keep=0.3", "topk:rates=1:0.9:0.7:0.7:0.4:0.15",
			"topk:keep=0.3,score=others", "topk:rate=0.2,start=1,score=cls", "topk:rate=0.3,score=accumulated", "topk:keep=0.3,score=random"},
	})
}

// TopK keeps k tokens of each sequence, k = its original length times the
// layer's rate, at least 1, row 0 among them; ranked by this layer's received
// attention. Of equal scores the earlier position is kept; the published code
// sorts them unstably, so that either may be.
type TopK struct {
	Rate  float64 // of the last layer; not read if Keep is set
	Start int     // layers that keep everything; 0: the published max(3, ceil(0.15 L))
	Flat  float64 // rate of every layer from 1 on; 0: Rate's schedule
	Rates Rates   // of each layer, in place of the others; nil: none
}

func newTopK(a Args) (Pruner, error) {
	given := 0
	for _, key := range []string{"rate", "keep", ratesKey} {
		if a.Has(key) {
			given++
		}
	}
	if given != 1 {
		return nil, errors.New("give either rate=, with start= if wanted, or keep=, or rates=")
	}
	if a.Has("start") && !a.Has("rate") {
		return nil, errors.New("start= belongs to rate=; keep= is flat from layer 1 on, and rates= has one for each layer")
	}
	var p TopK
	var err error
	if a.Has(ratesKey) {
		p.Rates, err = ParseRates(a.Text(ratesKey, ""))
		return p, err
	}
	if a.Has("keep") {
		if p.Flat, err = a.Float("keep", 0, 1e-6, 1); err != nil {
			return nil, err
		}
		return p, nil
	}
	if p.Rate, err = a.Float("rate", 0, -100, 1); err != nil {
		return nil, err
	}
	p.Start, err = a.Int("start", 0, 1, 1000)
	return p, err
}

// Spec implements Pruner.
func (p TopK) Spec() Spec {
	if p.Rates != nil {
		return Spec{"topk", []Arg{{ratesKey, p.Rates.String()}}}
	}
	if p.Flat != 0 {
		return Spec{"topk", []Arg{{"keep", number(p.Flat, 64)}}}
	}
	s := Spec{"topk", []Arg{{"rate", number(p.Rate, 64)}}}
	if p.Start > 0 {
		s.Args = append(s.Args, Arg{"start", strconv.Itoa(p.Start)})
	}
	return s
}

// RateAt returns the share of the original length that the layer keeps, 1 where
// it keeps all: the published schedule max(0.01, 1 + (r-1)(i-b+1)/(L-b)). Rates for another
// number of layers than the model has are the caller's bug; Check finds them.
func (p TopK) RateAt(layer, layers int) float64 {
	if p.Rates != nil {
		return p.Rates[layer]
	}
	first := p.whole(layers)
	switch {
	case layer < first:
		return 1
	case p.Flat != 0:
		return p.Flat
	}
	return max(0.01, 1+(p.Rate-1)*float64(layer-first+1)/float64(layers-first))
}

// whole is how many layers keep everything: the published max(3, ceil(0.15 L)) where
// the rule does not say.
func (p TopK) whole(layers int) int {
	switch {
	case p.Flat != 0:
		return 1
	case p.Start != 0:
		return p.Start
	}
	return max(3, int(math.Ceil(0.15*float64(layers))))
}

// Check implements Checker: where every layer of the model keeps everything the rule
// could drop nothing whatever its rate, and each layer needs its rate. The published
// schedule needs 4 layers.
func (p TopK) Check(layers int) error {
	if p.Rates != nil {
		return p.Rates.check(p.Spec(), layers)
	}
	first := p.whole(layers)
	switch {
	case first < layers:
		return nil
	case layers == 1:
		return fmt.Errorf("pruner %s drops nothing in a model of 1 layer, for the first layer keeps everything: leave the pruner out", p.Spec())
	}
	return fmt.Errorf("pruner %s drops nothing in a model of %d layers, for its first %d keep everything: give start=1, or at most start=%d", p.Spec(), layers, first, layers-1)
}

// Count returns k for a sequence of n0 tokens: n0 and the rate, each rounded to
// float32, are multiplied in float32, as the published code does; the product is
// rounded half to even, and k is at least 1.
func Count(n0 int, rate float64) int { return max(1, rounded(n0, rate)) }

func rounded(n0 int, rate float64) int {
	return int(math.RoundToEven(float64(float32(n0) * float32(rate))))
}

// Score implements Pruner.
func (p TopK) Score(layer, layers int) hw.Score {
	if p.RateAt(layer, layers) == 1 {
		return hw.Score{}
	}
	return hw.Score{Kind: hw.Received}
}

// Tune implements Tunable: keep= is 1-x, rate= falls from 1 to -100 as 2-102^x, and rates=
// are raised to the power x/(1-x).
func (p TopK) Tune(x float64) Pruner {
	switch {
	case p.Rates != nil:
		p.Rates = p.Rates.tuned(x)
	case p.Flat != 0:
		p.Flat = max(0.0001, fourDigits(1-x))
	default:
		p.Rate = fourDigits(2 - math.Pow(102, x))
	}
	return p
}

// WithRates implements Searched.
func (p TopK) WithRates(r Rates) (Pruner, bool) {
	if p.Rates == nil {
		return nil, false
	}
	return TopK{Rates: r}, true
}

// Grown implements Growing: what each layer drops is multiplied by the share.
func (p TopK) Grown(share float64) Pruner {
	if p.Rates != nil {
		r := make(Rates, len(p.Rates))
		for i, rate := range p.Rates {
			r[i] = spared(rate, share)
		}
		return TopK{Rates: r}
	}
	if p.Flat != 0 {
		p.Flat = spared(p.Flat, share)
	} else {
		p.Rate = spared(p.Rate, share)
	}
	return p
}

// fourDigits rounds to four decimals.
func fourDigits(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// Kept implements Counted.
func (p TopK) Kept(layer, layers, full int) int {
	if rate := p.RateAt(layer, layers); rate < 1 {
		return min(full, Count(full, rate))
	}
	return full
}

// Keep implements Pruner.
func (p TopK) Keep(v View, keep []bool) { keepCounted(p, v, keep) }

// KeepOn implements OnDevice.
func (p TopK) KeepOn(d hw.Device, v DeviceView, s Selection) bool {
	return keepCountedOn(p, d, v, s)
}

// KeepUnprotected implements Unprotected: row 0 competes like any other, and a
// count that rounds to 0 keeps nothing.
func (p TopK) KeepUnprotected(v View, keep []bool) {
	rate := p.RateAt(v.Layer, v.Layers)
	for b := range v.Seqs.Count() {
		i, j := v.Seqs[b], v.Seqs[b+1]
		best(v.Scores[i:j], rounded(int(v.Full[b]), rate), keep[i:j])
	}
}
