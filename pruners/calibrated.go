package pruners

import (
	"fmt"
	"math"
	"slices"

	"ltpbench/hw"
)

func init() {
	Register(Rule{
		Name: "calibrated",
		Doc:  "drops tokens whose score, in units of the sentence's mean, is below the layer's threshold, a quantile of such scores over unlabelled text: LTP (arXiv 2107.00910) without training; a budget sets it",
		Params: []ParamDoc{
			{"q", "share of the tokens of that text that fall below a layer's threshold, 0 to 1"},
			{"shape", "flat: q in every layer from 1 on, the default; growing: 1-(1-q)^(i/L) in layer i of L"},
		},
		New:      newCalibrated,
		Knobs:    []Knob{{"q", "0.1"}},
		Series:   []string{"shape"},
		Scores:   true,
		Examples: []string{"calibrated:q=0.2", "calibrated:q=0.3,shape=growing"},
	})
}

// Calibrated keeps a row iff its score over the mean of its sequence's rows is at least
// the layer's threshold: a Threshold by Mean whose thetas come from text instead of
// training. Row 0 of a sequence, which no layer drops, is in no quantile.
type Calibrated struct {
	Q       float64
	Growing bool
	Theta   []float32 // one per layer; nil: not calibrated yet
}

// Sampled is a rule whose numbers follow from the scores of unlabelled text.
type Sampled interface {
	Pruner
	// Sample returns what is to run on that text, once and all of it as one batch, and
	// what returns the rule with the numbers that the run has given. What runs decides in
	// each layer by what it has just seen there, so it is no rule to keep.
	Sample() (run Pruner, rule func() Pruner)
}

// Calibrate gives a Sampled rule its numbers: run runs a batch of text with the pruner
// that it is handed. Other rules come back as they are, and nothing is run.
func Calibrate(p Pruner, run func(Pruner) error) (Pruner, error) {
	var rule func() Pruner
	sampling, ok := rewrap(p, func(c Sampled) (s Pruner) { s, rule = c.Sample(); return s })
	if !ok {
		return p, nil
	}
	if err := run(sampling); err != nil {
		return nil, err
	}
	p, _ = rewrap(p, func(Sampled) Pruner { return rule() })
	return p, nil
}

func newCalibrated(a Args) (Pruner, error) {
	if !a.Has("q") {
		return nil, errMissing("q")
	}
	q, err := a.Float("q", 0, 0, 1)
	if err != nil {
		return nil, err
	}
	shape, err := a.Choice("shape", "flat", "growing")
	return Calibrated{Q: q, Growing: shape == "growing"}, err
}

// Spec implements Pruner. The thresholds are in the State.
func (p Calibrated) Spec() Spec {
	s := Spec{"calibrated", []Arg{{"q", number(p.Q, 64)}}}
	if p.Growing {
		s.Args = append(s.Args, Arg{"shape", "growing"})
	}
	return s
}

// Tune implements Tunable: q= is x, and the rule is to be calibrated again.
func (p Calibrated) Tune(x float64) Pruner { return Calibrated{Q: fourDigits(x), Growing: p.Growing} }

// State implements Stateful: the thresholds.
func (p Calibrated) State() State {
	if p.Theta == nil {
		return nil
	}
	return State{thetaTensor: {[]int{len(p.Theta)}, p.Theta}}
}

// WithState implements Stateful.
func (p Calibrated) WithState(s State) (Pruner, error) {
	var err error
	p.Theta, err = s.tensor(thetaTensor, len(s[thetaTensor].Data))
	return p, err
}

// Check implements Checker: there is one threshold for each layer.
func (p Calibrated) Check(layers int) error {
	if p.Theta == nil {
		return fmt.Errorf("pruner %s has no thresholds yet: they are found where a budget is met on unlabelled text, and saved beside the weights; give a budget, or name the folder of those weights", p.Spec())
	}
	return p.threshold().Check(layers)
}

func (p Calibrated) threshold() Threshold { return Threshold{Theta: p.Theta, Divisor: Mean} }

// Score implements Pruner.
func (p Calibrated) Score(layer, layers int) hw.Score { return p.threshold().Score(layer, layers) }

// Keep implements Pruner.
func (p Calibrated) Keep(v View, keep []bool) { p.threshold().Keep(v, keep) }

// Sample implements Sampled.
func (p Calibrated) Sample() (run Pruner, rule func() Pruner) {
	c := &calibration{rule: p}
	return c, c.calibrated
}

// calibration sets a layer's threshold by the batch that it sees, and drops by it, so
// that the next layer's scores are those of what is left.
type calibration struct {
	rule   Calibrated
	theta  []float32
	scores []float32
}

// calibrated is the rule with the thresholds of the layers seen.
func (c *calibration) calibrated() Pruner {
	c.rule.Theta = slices.Clone(c.theta)
	return c.rule
}

// Spec implements Pruner.
func (c *calibration) Spec() Spec { return c.rule.Spec() }

// Score implements Pruner.
func (*calibration) Score(layer, layers int) hw.Score {
	if layer == 0 {
		return hw.Score{}
	}
	return hw.Score{Kind: hw.Received}
}

// Keep implements Pruner.
func (c *calibration) Keep(v View, keep []bool) {
	if c.theta == nil {
		c.theta = make([]float32, v.Layers)
	}
	c.theta[v.Layer] = c.quantile(v)
	if c.theta[v.Layer] == 0 {
		for r := range keep {
			keep[r] = true
		}
		return
	}
	Threshold{Theta: c.theta, Divisor: Mean}.Keep(v, keep)
}

// quantile is the lowest score that at most the layer's share of the rows lie below,
// rows 0 left out; 0 where the share is 0 or there are no rows.
func (c *calibration) quantile(v View) float32 {
	q := c.rule.Q
	if c.rule.Growing {
		q = 1 - math.Pow(1-q, float64(v.Layer)/float64(v.Layers))
	}
	c.scores = c.scores[:0]
	for b := range v.Seqs.Count() {
		by := Mean.of(v, b)
		for r := v.Seqs[b] + 1; r < v.Seqs[b+1]; r++ {
			c.scores = append(c.scores, v.Scores[r]/by)
		}
	}
	n := len(c.scores)
	if q == 0 || n == 0 {
		return 0
	}
	slices.Sort(c.scores)
	return c.scores[min(n-1, int(math.Floor(q*float64(n)+1e-9)))]
}
