package pruners

import (
	"fmt"
	"math"

	"ltpbench/hw"
)

func init() {
	Register(Rule{
		Name: "dynamicvit",
		Doc:  "drops tokens by small networks that read hidden rows, before the layers at a quarter, half and three quarters of the model (6 layers: 2 and 4) (DynamicViT, Rao et al., arXiv 2106.02034, sections 3.2 and 3.3)",
		Params: []ParamDoc{
			{"keep", "ρ, the share of the tokens beside row 0 that training aims to keep in the first of these layers; ρ² in the second, and so on; default 0.7"},
			{"decide", "rank: the best int((n-1) ρ^s) of a sentence of n tokens, the default, as published; threshold: those above the bar, so that the text decides how many"},
			{"bar", "log-odds of keeping above which a token remains with decide=threshold; default 0, a probability of one half"},
		},
		New:    newDynamicViT,
		Knobs:  []Knob{{"keep", "0.7"}},
		Series: []string{"decide"},
		Cost:   Ranks,
		Stages: []Mode{Soft},
		Soft: &SoftStage{
			Objectives: []string{"task", "keep-ratio:weight=2", "distil:weight=0.5", "final-rows:weight=0.5"},
			Rate:       0.01, Schedule: "linear:delay=0.16666667", Teacher: true,
		},
		Examples: []string{"dynamicvit:keep=0.7", "dynamicvit:keep=0.45", "dynamicvit:keep=0.6,decide=threshold", "dynamicvit:keep=0.6,decide=threshold,bar=0.5"},
	})
}

// DynamicViT keeps row 0 and int((n0-1) Rho^s) others of a sequence of n0 tokens before the
// attention of its s-th layer: those whose network finds keeping likeliest, of equal ones the
// earlier. The network is Linear d→d with GELU over a norm; one half of what it makes stays a
// row's own, the other becomes its mean over the sequence but row 0; three Linears with GELU
// between, d→d/2→d/4→2, make the logits of keeping and dropping. The first of these is here
// two, over a half each, whose outputs are added: the same function of the same weights.
type DynamicViT struct{ dynamic }

// dynamicRagged is DynamicViT that keeps the rows whose log-odds of keeping are at least Bar.
type dynamicRagged struct {
	dynamic
	Bar float64
}

// dynamic is what both have in common.
type dynamic struct {
	Rho     float64
	learned State
}

func newDynamicViT(a Args) (Pruner, error) {
	rho, err := a.Float("keep", 0.7, 1e-6, 1)
	if err != nil {
		return nil, err
	}
	decide, err := a.Choice("decide", "rank", "threshold")
	if err != nil {
		return nil, err
	}
	if decide == "threshold" {
		bar, err := a.Float("bar", 0, -100, 100)
		return dynamicRagged{dynamic{Rho: rho}, bar}, err
	}
	if a.Has("bar") {
		return nil, fmt.Errorf("bar= belongs to decide=threshold")
	}
	return DynamicViT{dynamic{Rho: rho}}, nil
}

// Spec implements Pruner.
func (p DynamicViT) Spec() Spec { return Spec{"dynamicvit", []Arg{{"keep", number(p.Rho, 64)}}} }

// Spec implements Pruner.
func (p dynamicRagged) Spec() Spec {
	s := DynamicViT{p.dynamic}.Spec().with("decide", "threshold")
	if p.Bar != 0 {
		s = s.with("bar", number(p.Bar, 64))
	}
	return s
}

// Score implements Pruner: none of attention is read.
func (dynamic) Score(layer, layers int) hw.Score { return hw.Score{} }

// Decides implements Decider.
func (dynamic) Decides(layer, layers int) bool { return atQuarter(layer, layers) }

// Before implements Early.
func (dynamic) Before(layer, layers int) bool { return atQuarter(layer, layers) }

// Check implements Checker.
func (p dynamic) Check(layers int) error {
	if layers < 2 {
		return fmt.Errorf("pruner dynamicvit drops nothing in a model of 1 layer: leave the pruner out")
	}
	return nil
}

// stage numbers the layers that decide, from 1.
func (dynamic) stage(layer, layers int) (s int) {
	for l := range layer + 1 {
		if atQuarter(l, layers) {
			s++
		}
	}
	return s
}

// share is ρ^s.
func (p dynamic) share(layer, layers int) float64 {
	return math.Pow(p.Rho, float64(p.stage(layer, layers)))
}

// Net implements Predictor.
func (p dynamic) Net(layer, layers, width int) *Net {
	if !atQuarter(layer, layers) {
		return nil
	}
	half, quarter := width/2, width/4
	return &Net{Name: fmt.Sprintf("stage%d", p.stage(layer, layers)), Ops: []Op{
		{Kind: Norm},
		{Kind: Linear, Out: half, Act: hw.GELU},
		{Kind: Linear, Out: half, Act: hw.GELU, Back: 1},
		{Kind: SequenceMean},
		{Kind: Linear, Out: half, NoBias: true},
		{Kind: Linear, Out: half, Back: 3},
		{Kind: Sum, Act: hw.GELU, Back: 1},
		{Kind: Linear, Out: quarter, Act: hw.GELU},
		{Kind: Linear, Out: 2},
	}}
}

// State implements Stateful.
func (p dynamic) State() State { return p.learned }

// WithState implements Stateful; whether the weights fit is found where they are used.
func (p DynamicViT) WithState(s State) (Pruner, error) { p.learned = s; return p, nil }

// WithState implements Stateful.
func (p dynamicRagged) WithState(s State) (Pruner, error) { p.learned = s; return p, nil }

// Tune implements Tunable: keep= is 1-x.
func (p DynamicViT) Tune(x float64) Pruner {
	p.Rho = max(0.0001, fourDigits(1-x))
	return p
}

// Tune implements Tunable: the bar rises from -20 to 20.
func (p dynamicRagged) Tune(x float64) Pruner {
	p.Bar = fourDigits(40*x - 20)
	return p
}

// Aim implements Aiming: a budget sets ρ before training.
func (p DynamicViT) Aim() Pruner { return p }

// Aimed implements Aiming.
func (p DynamicViT) Aimed(at Pruner) Pruner { return at }

// Aim implements Aiming: training aims at as many tokens as the other decision keeps.
func (p dynamicRagged) Aim() Pruner { return DynamicViT{p.dynamic} }

// Aimed implements Aiming.
func (p dynamicRagged) Aimed(at Pruner) Pruner {
	p.dynamic = at.(DynamicViT).dynamic
	return p
}

// Kept implements Counted.
func (p DynamicViT) Kept(layer, layers, full int) int {
	s := p.stage(layer, layers)
	if s == 0 {
		return full
	}
	return 1 + int(float64(full-1)*math.Pow(p.Rho, float64(s)))
}

// Keep implements Pruner.
func (p DynamicViT) Keep(v View, keep []bool) {
	room := rooms.Get().(*[]float32)
	defer rooms.Put(room)
	list := (*room)[:0]
	for r := range keep {
		list = append(list, odds(v, int32(r)))
	}
	*room = list
	for b := range v.Seqs.Count() {
		i, j := v.Seqs[b], v.Seqs[b+1]
		KeepBest(list[i:j], p.Kept(v.Layer, v.Layers, int(v.Full[b])), keep[i:j])
	}
}

// Keep implements Pruner.
func (p dynamicRagged) Keep(v View, keep []bool) { keepOdds(v, p.Bar, keep) }

// Learn implements Learnable.
func (p DynamicViT) Learn(o LearnOptions) (Learner, error) {
	return &dynamicLearner{dynamic: p.dynamic, o: o, hard: func(d dynamic) Pruner { return DynamicViT{d} }}, p.Check(o.Layers)
}

// Learn implements Learnable.
func (p dynamicRagged) Learn(o LearnOptions) (Learner, error) {
	return &dynamicLearner{gumbel: gumbel{bar: float32(p.Bar)}, dynamic: p.dynamic, o: o, hard: func(d dynamic) Pruner { return dynamicRagged{d, p.Bar} }}, p.Check(o.Layers)
}

// dynamicLearner learns both; see gumbel.
type dynamicLearner struct {
	gumbel
	dynamic
	o    LearnOptions
	hard func(dynamic) Pruner
}

// Params implements Learner: all that learns are the networks.
func (l *dynamicLearner) Params() []Param          { return nil }
func (l *dynamicLearner) Score(layer int) hw.Score { return hw.Score{} }
func (l *dynamicLearner) Masks(layer int) bool     { return atQuarter(layer, l.o.Layers) }
func (l *dynamicLearner) UsesHidden() bool         { return false }
func (l *dynamicLearner) Biases() bool             { return false }
func (l *dynamicLearner) Pruner() Pruner           { return l.hard(l.dynamic) }

// Share implements ShareLearner.
func (l *dynamicLearner) Share(layer int) float64 { return l.share(layer, l.o.Layers) }

// Net, State and Learned implement NetLearner.
func (l *dynamicLearner) Net(layer int) *Net { return l.dynamic.Net(layer, l.o.Layers, l.o.Width) }
func (l *dynamicLearner) State() State       { return l.learned }
func (l *dynamicLearner) Learned(s State)    { l.learned = s }

// Relax returns the learner whose Mask is what its gradient is the derivative of.
func (l *dynamicLearner) Relax() Learner {
	relaxed := *l
	relaxed.soft = true
	return &relaxed
}
