package pruners

import (
	"fmt"

	"ltpbench/hw"
)

func init() {
	Register(Rule{
		Name: "transkimmer",
		Doc:  "drops tokens before every layer, layer 0 included, that a network of two layers, read from hidden rows, rather drops than keeps (Transkimmer, Guan et al., ACL 2022, arXiv 2205.07324, section 3)",
		Params: []ParamDoc{
			{"bar", "log-odds of keeping above which a token remains; default 0, a probability of one half"},
		},
		New:      newTranskimmer,
		Knobs:    []Knob{{"bar", "0"}},
		Stages:   []Mode{Soft},
		Examples: []string{"transkimmer:bar=0", "transkimmer:bar=-1.5"},
	})
}

// Transkimmer keeps row 0 and the rows whose log-odds of being kept are at least Bar, before
// the attention of every layer. Each layer has a network of its own: Linear d→d between two
// norms, GELU, Linear d→2, whose biases begin at 5 for keeping and -5 for dropping, so that
// training begins with all rows. No noise is added once it is trained; the published code
// goes on with it. A dropped row goes no further; the published code hands it on to the last
// layer's output, which matters for tasks over tokens alone.
type Transkimmer struct {
	Bar     float64
	learned State
}

func newTranskimmer(a Args) (Pruner, error) {
	bar, err := a.Float("bar", 0, -100, 100)
	return Transkimmer{Bar: bar}, err
}

// Spec implements Pruner.
func (p Transkimmer) Spec() Spec { return Spec{"transkimmer", []Arg{{"bar", number(p.Bar, 64)}}} }

// Score implements Pruner: none of attention is read.
func (Transkimmer) Score(layer, layers int) hw.Score { return hw.Score{} }

// Decides implements Decider.
func (Transkimmer) Decides(layer, layers int) bool { return true }

// Before implements Early.
func (Transkimmer) Before(layer, layers int) bool { return true }

// Net implements Predictor.
func (Transkimmer) Net(layer, layers, width int) *Net {
	return &Net{Name: fmt.Sprintf("layer%d", layer), Ops: []Op{
		{Kind: Norm}, {Kind: Linear, Out: width}, {Kind: Norm, Act: hw.GELU}, {Kind: Linear, Out: 2, Bias: []float32{5, -5}},
	}}
}

// State implements Stateful.
func (p Transkimmer) State() State { return p.learned }

// WithState implements Stateful; whether the weights fit is found where they are used.
func (p Transkimmer) WithState(s State) (Pruner, error) { p.learned = s; return p, nil }

// Check implements Checker.
func (p Transkimmer) Check(layers int) error { return checkLayers(p, layers) }

// Tune implements Tunable: the bar rises from -20 to 20.
func (p Transkimmer) Tune(x float64) Pruner { p.Bar = fourDigits(40*x - 20); return p }

// Keep implements Pruner.
func (p Transkimmer) Keep(v View, keep []bool) { keepOdds(v, p.Bar, keep) }

// Learn implements Learnable.
func (p Transkimmer) Learn(o LearnOptions) (Learner, error) {
	return &transkimmerLearner{gumbel: gumbel{bar: float32(p.Bar)}, rule: p, o: o}, nil
}

// transkimmerLearner masks keys before the softmax: the published code multiplies
// probabilities after it, so that they no longer add up to 1.
type transkimmerLearner struct {
	gumbel
	rule Transkimmer
	o    LearnOptions
}

// Params implements Learner: all that learns are the networks.
func (l *transkimmerLearner) Params() []Param          { return nil }
func (l *transkimmerLearner) Score(layer int) hw.Score { return hw.Score{} }
func (l *transkimmerLearner) Masks(layer int) bool     { return true }
func (l *transkimmerLearner) UsesHidden() bool         { return false }
func (l *transkimmerLearner) Biases() bool             { return false }
func (l *transkimmerLearner) Pruner() Pruner           { return l.rule }

// Net, State and Learned implement NetLearner.
func (l *transkimmerLearner) Net(layer int) *Net { return l.rule.Net(layer, l.o.Layers, l.o.Width) }
func (l *transkimmerLearner) State() State       { return l.rule.learned }
func (l *transkimmerLearner) Learned(s State)    { l.rule.learned = s }

// Relax returns the learner whose Mask is what its gradient is the derivative of.
func (l *transkimmerLearner) Relax() Learner {
	relaxed := *l
	relaxed.soft = true
	return &relaxed
}
