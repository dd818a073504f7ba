package pruners

import (
	"errors"
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
			{"rates", "instead of q, the share of that text's tokens that leaves each layer, separated by colons, never rising; layer 0 has 1; a search finds them, and a budget raises all to one power"},
		},
		New:       newCalibrated,
		Knobs:     []Knob{{"q", "0.1"}, {ratesKey, "1"}},
		Search:    &Search{Knob: ratesKey, First: 1, Training: "lengthdrop"},
		Series:    []string{"shape"},
		Scores:    true,
		Untrained: []string{"calibrated"},
		Examples:  []string{"calibrated:q=0.2", "calibrated:q=0.3,shape=growing", "calibrated:rates=1:0.9:0.7:0.7:0.4:0.15"},
	})
}

// Calibrated keeps a row iff its score over the mean of its sequence's rows is at least
// the layer's threshold: a Threshold by Mean whose thetas come from text instead of
// training. Row 0 of a sequence, which no layer drops, is in no quantile.
type Calibrated struct {
	Q       float64
	Growing bool
	Rates   Rates     // of that text's tokens that leave each layer, in place of Q; nil: none
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
	if a.Has(ratesKey) {
		if a.Has("q") || a.Has("shape") {
			return nil, errors.New("rates= has a share for each layer; leave q= and shape= out")
		}
		r, err := ParseRates(a.Text(ratesKey, ""))
		if err == nil && r[0] != 1 {
			err = fmt.Errorf("the rate of layer 0 is %v; it has to be 1, for layer 0 never prunes", r[0])
		}
		return Calibrated{Rates: r}, err
	}
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
	if p.Rates != nil {
		return Spec{"calibrated", []Arg{{ratesKey, p.Rates.String()}}}
	}
	s := Spec{"calibrated", []Arg{{"q", number(p.Q, 64)}}}
	if p.Growing {
		s.Args = append(s.Args, Arg{"shape", "growing"})
	}
	return s
}

// Tune implements Tunable: q= is x, rates= are raised to the power x/(1-x), and the rule is to
// be calibrated again.
func (p Calibrated) Tune(x float64) Pruner {
	if p.Rates != nil {
		return Calibrated{Rates: p.Rates.tuned(x)}
	}
	return Calibrated{Q: fourDigits(x), Growing: p.Growing}
}

// Grown implements Growing: thresholds are multiplied by the share.
func (p Calibrated) Grown(share float64) Pruner {
	theta := make([]float32, len(p.Theta))
	for i, t := range p.Theta {
		theta[i] = t * float32(share)
	}
	p.Theta = theta
	return p
}

// WithRates implements Searched. The rule is to be calibrated again.
func (p Calibrated) WithRates(r Rates) (Pruner, bool) {
	if p.Rates == nil {
		return nil, false
	}
	return Calibrated{Rates: r}, true
}

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
	if p.Rates != nil && len(p.Rates) != layers {
		return p.Rates.check(p.Spec(), layers)
	}
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
	c.scores = c.scores[:0]
	for b := range v.Seqs.Count() {
		by := Mean.of(v, b)
		for r := v.Seqs[b] + 1; r < v.Seqs[b+1]; r++ {
			c.scores = append(c.scores, v.Scores[r]/by)
		}
	}
	n, below := len(c.scores), c.below(v, len(c.scores))
	if below <= 0 && (c.rule.Rates != nil || c.rule.Q == 0) || n == 0 {
		return 0
	}
	slices.Sort(c.scores)
	return c.scores[min(n-1, below)]
}

// below is how many of a layer's n scores are to lie below its threshold.
func (c *calibration) below(v View, n int) int {
	if c.rule.Rates != nil {
		all := 0
		for _, full := range v.Full {
			all += int(full)
		}
		return v.Seqs.Rows() - Count(all, c.rule.Rates[v.Layer])
	}
	q := c.rule.Q
	if c.rule.Growing {
		q = 1 - math.Pow(1-q, float64(v.Layer)/float64(v.Layers))
	}
	return int(math.Floor(q*float64(n) + 1e-9))
}
