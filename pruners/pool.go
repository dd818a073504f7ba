package pruners

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"strconv"

	"ltpbench/hw"
)

func init() {
	Register(Rule{
		Name: "pool",
		Doc:  "pools the tokens that reach one layer, row 0 left out, into k semantic tokens, each a learned softmax over the sentence's tokens (Visual Transformers, Wu et al., arXiv 2006.03677, section 3.1)",
		Params: []ParamDoc{
			{"k", "semantic tokens; sentences of no more stay as they are"},
			{"layer", "layer before which they are made, from 0; default: a third of the layers"},
		},
		New:      newPool,
		Knobs:    []Knob{{"k", "16"}},
		Series:   []string{"layer"},
		Stages:   []Mode{Soft, Hard},
		Penalty:  NoPenalty,
		Examples: []string{"pool:k=4", "pool:k=3,layer=1"},
	})
}

// Pool replaces the m = n-1 rows x_i of a sequence other than row 0 by K new ones where m
// is more than K. New row c is the sum of a_ic x_i with a_·c the softmax over these rows of
//
//	(x_i W)_c/√width + β [row i lies in the c-th of K equal windows].
//
// W and β are learned. W begins small and β at 4: without the windows all new rows would
// begin equal, and stay so. A new row has the position of its window's first row.
type Pool struct {
	K, Layer int // Layer: -1 is a third of the layers
	learned  State
}

func newPool(a Args) (Pruner, error) {
	p := Pool{Layer: -1}
	var err error
	if !a.Has("k") {
		return nil, errMissing("k")
	}
	if p.K, err = a.Int("k", 0, 1, mostPooled); err == nil && a.Has("layer") {
		p.Layer, err = a.Int("layer", 0, 0, 1000)
	}
	return p, err
}

// mostPooled is the largest K.
const mostPooled = 512

// Spec implements Pruner.
func (p Pool) Spec() Spec {
	s := Spec{"pool", []Arg{{"k", strconv.Itoa(p.K)}}}
	if p.Layer >= 0 {
		s.Args = append(s.Args, Arg{"layer", strconv.Itoa(p.Layer)})
	}
	return s
}

// Check implements Checker.
func (p Pool) Check(layers int) error {
	if p.Layer >= layers {
		return fmt.Errorf("pruner %s pools before a layer that a model of %d layers does not have: give layer=0 to layer=%d", p.Spec(), layers, layers-1)
	}
	return nil
}

// at is the layer before which the rule pools.
func (p Pool) at(layers int) int {
	if p.Layer >= 0 {
		return p.Layer
	}
	return layers / 3
}

// Score implements Pruner: its network's takes the place of attention's.
func (Pool) Score(layer, layers int) hw.Score { return hw.Score{} }

// Decides implements Decider.
func (p Pool) Decides(layer, layers int) bool { return layer == p.at(layers) }

// Before implements Early.
func (p Pool) Before(layer, layers int) bool { return layer == p.at(layers) }

// Net implements Predictor: W.
func (p Pool) Net(layer, layers, width int) *Net {
	if layer != p.at(layers) {
		return nil
	}
	return &Net{Name: "pool", Ops: []Op{{Kind: Linear, Out: p.K, NoBias: true}}}
}

const poolWeight, poolWindow = "pool.0.weight", "window"

// State implements Stateful: W, and β where it has learned.
func (p Pool) State() State { return p.learned }

// WithState implements Stateful.
func (p Pool) WithState(s State) (Pruner, error) {
	w, ok := s[poolWeight]
	if !ok || len(w.Shape) != 2 {
		return nil, errors.New("the learned state has no matrix " + poolWeight)
	}
	if _, err := s.tensor(poolWeight, p.K, w.Shape[1]); err != nil {
		return nil, err
	}
	if _, ok := s[poolWindow]; ok {
		if _, err := s.tensor(poolWindow, 1); err != nil {
			return nil, err
		}
	}
	p.learned = s
	return p, nil
}

// beta is β.
func (p Pool) beta() float32 {
	if t, ok := p.learned[poolWindow]; ok {
		return t.Data[0]
	}
	return 4
}

// Tune implements Tunable: k= falls from 512 to 1 as 512^(1-x). What was learned for another
// number is stretched over the new one: a token takes the column of W whose window its own
// window's middle lies in.
func (p Pool) Tune(x float64) Pruner {
	k, w := int(math.Round(math.Pow(mostPooled, 1-x))), p.learned[poolWeight]
	if k != p.K && p.learned != nil {
		width := w.Shape[1]
		data := make([]float32, 0, k*width)
		for c := range k {
			from := (2*c + 1) * p.K / (2 * k)
			data = append(data, w.Data[from*width:(from+1)*width]...)
		}
		p.learned = maps.Clone(p.learned)
		p.learned[poolWeight] = Tensor{[]int{k, width}, data}
	}
	p.K = k
	return p
}

// Kept implements Counted.
func (p Pool) Kept(layer, layers, full int) int {
	if layer < p.at(layers) {
		return full
	}
	return min(full, 1+p.K)
}

// Keep implements Pruner; a Merger is not asked.
func (Pool) Keep(View, []bool) { panic("pruners: pool merges") }

// Merge implements Merger.
func (p Pool) Merge(v View, m *Merged) { p.merge(v, m, p.beta()) }

func (p Pool) merge(v View, m *Merged, beta float32) {
	m.begin()
	for b := range v.Seqs.Count() {
		i, n := v.Seqs[b], int(v.Seqs[b+1]-v.Seqs[b])-1
		m.source(i, 1)
		m.row()
		for c := range min(n, p.K) {
			if n <= p.K {
				m.source(i+1+int32(c), 1)
				m.row()
				continue
			}
			begin, first := len(m.Weights), (c*n+p.K-1)/p.K // of the window's rows, counted from row 1
			top := math.Inf(-1)
			for at := range n {
				r := (first + at) % n
				z := float64(p.logit(v, i, r, c, n, beta))
				top = max(top, z)
				m.source(i+1+int32(r), float32(z))
			}
			sum := 0.0
			for _, z := range m.Weights[begin:] {
				sum += math.Exp(float64(z) - top)
			}
			for j, z := range m.Weights[begin:] {
				m.Weights[begin+j] = float32(math.Exp(float64(z)-top) / sum)
			}
			m.row()
		}
		m.sequence()
	}
}

// logit is that of the r-th of n rows behind row i for new row c.
func (p Pool) logit(v View, i int32, r, c, n int, beta float32) float32 {
	z := v.Scores[(int(i)+1+r)*p.K+c] / float32(math.Sqrt(float64(v.Width)))
	if r*p.K/n == c {
		z += beta
	}
	return z
}

// Learn implements Learnable.
func (p Pool) Learn(o LearnOptions) (Learner, error) {
	if err := p.Check(o.Layers); err != nil {
		return nil, err
	}
	return &poolLearner{rule: p, o: o, beta: []float32{p.beta()}, grad: make([]float32, 1)}, nil
}

// poolLearner pools while it learns W, on the device, and β.
type poolLearner struct {
	rule       Pool
	o          LearnOptions
	beta, grad []float32
}

// windowRate is how much faster β learns than the rate of a rule's parameters: its size is 4.
const windowRate = 10

func (l *poolLearner) Params() []Param {
	return []Param{{Name: poolWindow, Value: l.beta, Grad: l.grad, Rate: windowRate}}
}
func (l *poolLearner) Score(layer int) hw.Score { return hw.Score{} }
func (l *poolLearner) Masks(layer int) bool     { return false }
func (l *poolLearner) Mask(View, []float32)     { panic("pruners: pool has no masks") }
func (l *poolLearner) UsesHidden() bool         { return false }
func (l *poolLearner) Merges(layer int) bool    { return layer == l.rule.at(l.o.Layers) }
func (l *poolLearner) Merge(v View, m *Merged)  { l.rule.merge(v, m, l.beta[0]) }
func (l *poolLearner) Net(layer int) *Net       { return l.rule.Net(layer, l.o.Layers, l.o.Width) }
func (l *poolLearner) State() State             { return State{poolWeight: l.rule.learned[poolWeight]} }
func (l *poolLearner) Learned(s State)          { l.rule.learned = s }
func (l *poolLearner) MaskGrad(View, []float32, []float32, MaskGrads) {
	panic("pruners: pool has no masks")
}

// Pruner implements Learner.
func (l *poolLearner) Pruner() Pruner {
	p := l.rule
	p.learned = maps.Clone(p.learned)
	p.learned[poolWindow] = Tensor{[]int{1}, []float32{l.beta[0]}}
	return p
}

// MergeGrad implements MergeLearner: dz_ic = a_ic (da_ic - Σ_j a_jc da_jc).
func (l *poolLearner) MergeGrad(v View, m *Merged, dweights []float32, to MaskGrads) {
	k, root, sum := l.rule.K, math.Sqrt(float64(v.Width)), 0.0
	for b := range v.Seqs.Count() {
		i, n := v.Seqs[b], int(v.Seqs[b+1]-v.Seqs[b])-1
		for c := range k {
			if n <= k {
				break // unchanged
			}
			new, t := m.Next[b]+1+int32(c), 0.0
			begin, end := m.Offsets[new], m.Offsets[new+1]
			for j := begin; j < end; j++ {
				t += float64(m.Weights[j]) * float64(dweights[j])
			}
			for j := begin; j < end; j++ {
				r := int(m.Rows[j] - i - 1)
				dz := float64(m.Weights[j]) * (float64(dweights[j]) - t)
				to.Scores[(int(i)+1+r)*k+c] += float32(dz / root)
				if r*k/n == c {
					sum += dz
				}
			}
		}
	}
	l.grad[0] += float32(sum)
}
