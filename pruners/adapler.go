package pruners

import (
	"fmt"
	"maps"
	"math"

	"ltpbench/hw"
)

func init() {
	Register(Rule{
		Name: "adapler",
		Doc:  "drops tokens before every layer whose share, by a small network over hidden rows, is below a learned bar over the number of tokens (AdapLeR, Modarressi et al., ACL 2022, arXiv 2203.08991, section 3)",
		Params: []ParamDoc{
			{"scale", "what all learned bars are multiplied by; 1, the default, as learned"},
		},
		New:      newAdapLeR,
		Knobs:    []Knob{{"scale", "1"}},
		Stages:   []Mode{Soft},
		Soft:     &SoftStage{Objectives: []string{"task", "saliency:weight=0.001", "lengths:weight=0.002"}, Teacher: true},
		Examples: []string{"adapler:scale=1", "adapler:scale=0.5"},
	})
}

// AdapLeR keeps row 0 and, before the attention of layer l, the rows whose share is at least
// Scale·eta_l/n, n the rows of the sequence that reach the layer. Shares are a softmax over
// these rows of a network d→32→1 with GELU between; row 0's is multiplied by a learned
// factor, and all are normalised again.
type AdapLeR struct {
	Scale   float64
	learned State
}

// The bars' tensor and that of row 0's factors in a State, one value for each layer; where
// they begin, and between what.
const (
	barsTensor, factorsTensor = "eta", "cls"
	firstBar, leastBar        = 0.25, 0.01
	firstFactor, leastFactor  = 1, 0.001
)

func newAdapLeR(a Args) (Pruner, error) {
	scale, err := a.Float("scale", 1, 0, 1e6)
	return AdapLeR{Scale: scale}, err
}

// Spec implements Pruner.
func (p AdapLeR) Spec() Spec { return Spec{"adapler", []Arg{{"scale", number(p.Scale, 64)}}} }

// Score implements Pruner: none of attention is read.
func (AdapLeR) Score(layer, layers int) hw.Score { return hw.Score{} }

// Decides implements Decider.
func (AdapLeR) Decides(layer, layers int) bool { return true }

// Before implements Early.
func (AdapLeR) Before(layer, layers int) bool { return true }

// Net implements Predictor.
func (AdapLeR) Net(layer, layers, width int) *Net {
	return &Net{Name: fmt.Sprintf("layer%d", layer), Ops: []Op{{Kind: Linear, Out: 32, Act: hw.GELU}, {Kind: Linear, Out: 1}}}
}

// State implements Stateful.
func (p AdapLeR) State() State { return p.learned }

// WithState implements Stateful; whether the weights fit is found where they are used.
func (p AdapLeR) WithState(s State) (Pruner, error) {
	for _, name := range []string{barsTensor, factorsTensor} {
		if x, ok := s[name]; ok && len(x.Shape) != 1 {
			return nil, fmt.Errorf("the learned tensor %s has shape %v, not one value for each layer", name, x.Shape)
		}
	}
	p.learned = s
	return p, nil
}

// Check implements Checker.
func (p AdapLeR) Check(layers int) error { return checkLayers(p, layers) }

// Tune implements Tunable: scale= is 100 x^4.
func (p AdapLeR) Tune(x float64) Pruner { p.Scale = fourDigits(100 * math.Pow(x, 4)); return p }

// at is a learned value of a layer, or where it begins.
func (p AdapLeR) at(name string, layer int, first float64) float64 {
	if x := p.learned[name].Data; layer < len(x) {
		return float64(x[layer])
	}
	return first
}

// Keep implements Pruner.
func (p AdapLeR) Keep(v View, keep []bool) {
	bar, factor := p.Scale*p.at(barsTensor, v.Layer, firstBar), p.at(factorsTensor, v.Layer, firstFactor)
	for b := range v.Seqs.Count() {
		i, j := v.Seqs[b], v.Seqs[b+1]
		most, sum := highest(v.Scores[i:j]), 0.0
		for r := i; r < j; r++ {
			w := math.Exp(float64(v.Scores[r]) - most)
			if r == i {
				w *= factor
			}
			sum += w
		}
		for r := i; r < j; r++ {
			keep[r] = math.Exp(float64(v.Scores[r])-most)/sum >= bar/float64(j-i)
		}
	}
}

func highest(list []float32) float64 {
	most := math.Inf(-1)
	for _, x := range list {
		most = max(most, float64(x))
	}
	return most
}

// Learn implements Learnable. Bars begin as they are with Scale, which is 1 afterwards.
func (p AdapLeR) Learn(o LearnOptions) (Learner, error) {
	l := &adaplerLearner{state: p.learned, o: o, bars: make([]float32, o.Layers), factors: make([]float32, o.Layers),
		dbars: make([]float32, o.Layers), dfactors: make([]float32, o.Layers), fixed: make([]bool, o.Layers)}
	l.fixed[0] = true
	for i := range o.Layers {
		l.bars[i], l.factors[i] = float32(p.Scale*p.at(barsTensor, i, firstBar)), float32(p.at(factorsTensor, i, firstFactor))
	}
	return l, nil
}

// adaplerLearner adds to each key's logits, from a layer on, a bias that is about 0 where the
// share c is above the bar δ and falls steeply below it:
//
//	max(-10000, min(λ/δ (c-δ) - β/λ, (c-1) (β/λ)/(1-δ)))
//
// with β 0.1 and λ rising from 10 to 10,000 over the stage. A policy is the logarithm of how
// much a row is alive, the sum of these biases. Shares and n count rows by that.
type adaplerLearner struct {
	state           State
	o               LearnOptions
	bars, factors   []float32
	dbars, dfactors []float32
	fixed           []bool // layer 0's factor stays 1, as published
}

// barsRate is how much faster bars and factors learn than the rate of a rule's parameters: at the
// published 5e-4, half of the usual one, they hardly move in the hundreds of steps there are here.
const barsRate = 10

const (
	softness, lowest      = 0.1, -1e4 // β, and the lowest bias
	slope0, slopeExponent = 10, 3     // λ is slope0·10^(slopeExponent·progress)
)

// Params implements Learner.
func (l *adaplerLearner) Params() []Param {
	return []Param{{Name: barsTensor, Value: l.bars, Grad: l.dbars, Rate: barsRate}, {Name: factorsTensor, Value: l.factors, Grad: l.dfactors, Fixed: l.fixed, Rate: barsRate}}
}

func (l *adaplerLearner) Score(layer int) hw.Score { return hw.Score{} }
func (l *adaplerLearner) Masks(layer int) bool     { return true }
func (l *adaplerLearner) UsesHidden() bool         { return false }
func (l *adaplerLearner) Biases() bool             { return true }

// Net, State and Learned implement NetLearner.
func (l *adaplerLearner) Net(layer int) *Net { return AdapLeR{}.Net(layer, l.o.Layers, l.o.Width) }
func (l *adaplerLearner) State() State       { return networksOf(l.state) }
func (l *adaplerLearner) Learned(s State)    { l.state = s }

// networksOf is a state without what learns on the host.
func networksOf(s State) State {
	s = maps.Clone(s)
	delete(s, barsTensor)
	delete(s, factorsTensor)
	return s
}

// Pruner implements Learner.
func (l *adaplerLearner) Pruner() Pruner {
	s := networksOf(l.state)
	s[barsTensor] = Tensor{[]int{len(l.bars)}, append([]float32(nil), l.bars...)}
	s[factorsTensor] = Tensor{[]int{len(l.factors)}, append([]float32(nil), l.factors...)}
	return AdapLeR{1, s}
}

// sharing is what a sequence's shares are made of.
type sharing struct {
	counts           []float64 // per row: how much it is alive; row 0's is its factor
	weights          []float64 // per row: exp of its score, times that
	sum, count       float64   // of the weights; of rows by how much they are alive
	bar, slope, tilt float64   // δ; λ; β/λ
}

func (l *adaplerLearner) sharing(v View, b int) sharing {
	l.bars[v.Layer] = max(leastBar, min(1, l.bars[v.Layer]))
	l.factors[v.Layer] = max(leastFactor, l.factors[v.Layer])
	i, j := v.Seqs[b], v.Seqs[b+1]
	s := sharing{count: 1, slope: slope0 * math.Pow(10, slopeExponent*v.Progress)}
	most := highest(v.Scores[i:j])
	for r := i; r < j; r++ {
		counts := float64(l.factors[v.Layer])
		if r > i {
			counts = math.Exp(float64(v.Policy[r]))
			s.count += counts
		}
		w := math.Exp(float64(v.Scores[r])-most) * counts
		s.counts, s.weights, s.sum = append(s.counts, counts), append(s.weights, w), s.sum+w
	}
	s.bar, s.tilt = float64(l.bars[v.Layer])/s.count, softness/s.slope
	return s
}

// bias is that of a share, with its derivatives by the share and by the bar.
func (s *sharing) bias(c float64) (bias, byShare, byBar float64) {
	rest := max(1-s.bar, 1e-7)
	steep, flat := s.slope/s.bar*(c-s.bar)-s.tilt, (c-1)*s.tilt/rest
	if steep < flat {
		return steep, s.slope / s.bar, -s.slope * c / (s.bar * s.bar)
	}
	return flat, s.tilt / rest, (c - 1) * s.tilt / (rest * rest)
}

// Mask implements Learner.
func (l *adaplerLearner) Mask(v View, mask []float32) {
	for b := range v.Seqs.Count() {
		s, first := l.sharing(v, b), v.Seqs[b]
		mask[first] = 0
		for r := first + 1; r < v.Seqs[b+1]; r++ {
			bias, _, _ := s.bias(s.weights[r-first] / s.sum)
			mask[r] = float32(max(lowest, float64(v.Policy[r])+bias))
		}
	}
}

// MaskGrad implements Learner.
func (l *adaplerLearner) MaskGrad(v View, mask, dmask []float32, to MaskGrads) {
	for b := range v.Seqs.Count() {
		s, first := l.sharing(v, b), v.Seqs[b]
		dshares, mean, dbar := make([]float64, len(s.weights)), 0.0, 0.0 // mean: of dshares by shares
		for r := first + 1; r < v.Seqs[b+1]; r++ {
			if mask[r] <= lowest {
				continue
			}
			c, g := s.weights[r-first]/s.sum, float64(dmask[r])
			_, byShare, byBar := s.bias(c)
			dshares[r-first] = g * byShare
			mean, dbar = mean+g*byShare*c, dbar+g*byBar
			to.Policy[r] += dmask[r]
		}
		l.dbars[v.Layer] += float32(dbar / s.count)
		dcount := -dbar * s.bar / s.count
		for k, w := range s.weights {
			g, r := (dshares[k]-mean)*w/s.sum, first+int32(k)
			to.Scores[r] += float32(g)
			if k == 0 {
				l.dfactors[v.Layer] += float32(g / float64(l.factors[v.Layer]))
				continue
			}
			to.Policy[r] += float32(g + dcount*s.counts[k])
		}
	}
}

// Divergence implements SaliencyLearner. Row 0's factor multiplies both of its shares.
func (l *adaplerLearner) Divergence(v View, saliency []float32, weight float64, dscores []float32) float64 {
	total, each := 0.0, 1/float64(v.Seqs.Count())
	for b := range v.Seqs.Count() {
		s, first, sum := l.sharing(v, b), int(v.Seqs[b]), 0.0
		for k, counts := range s.counts {
			sum += counts * float64(saliency[first+k])
		}
		if sum == 0 {
			continue
		}
		for k, counts := range s.counts {
			target, share := counts*float64(saliency[first+k])/sum, s.weights[k]/s.sum
			if target > 0 {
				total += each * target * math.Log(target/max(share, leastShare))
			}
			dscores[first+k] += float32(weight * each * (share - target))
		}
	}
	return total
}

// leastShare keeps a share's logarithm finite.
const leastShare = 1e-30
