package recipe

import (
	"context"
	"fmt"
	"math"

	"ltpbench/bench/eval"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// Near is how far from a budget a rule may lie that ToBudget returns, in relative FLOPs.
const Near = 0.03

// closeEnough ends the search.
const closeEnough = 0.002

// CanFit reports whether ToBudget can do anything with a rule.
func CanFit(rule pruners.Pruner) bool {
	_, ok := pruners.As[pruners.Tunable](rule)
	return ok || Depths(rule)
}

// Depths reports whether a budget sets how many layers run, so that few budgets can be met:
// the rule is then taken at its nearest depth.
func Depths(rule pruners.Pruner) bool { _, ok := pruners.As[pruners.Shallow](rule); return ok }

// Unreachable is the error of a rule that no strength brings within Near of a budget.
type Unreachable struct {
	Rule    pruners.Pruner // the nearest
	Ratio   float64        // its relative `paper` FLOPs
	Budget  float64
	Without bool // the rule drops nothing whatever its strength
}

// Error implements error: it names the nearest rule, and why there is no nearer one.
func (u *Unreachable) Error() string {
	why := "its floor"
	switch {
	case Depths(u.Rule):
		why = "that of the nearest number of layers"
	case u.Without:
		why = "it drops nothing however its thresholds are scaled"
	case u.Ratio < u.Budget:
		why = "the closest setting; its scores are too close together"
	}
	return fmt.Sprintf("no pruner like %s needs %.3f of the FLOPs: %.3f is %s", u.Rule.Spec(), u.Budget, u.Ratio, why)
}

// ToBudget sets a rule's strength so that the examples need the budget, relative
// `paper` FLOPs, as nearly as it can be done: thresholds are scaled by one factor,
// top-k gets another rate, and a rule that takes its numbers from text is calibrated on
// the examples each time. It returns the rule and what it needs. The encoder is
// run a dozen times, not at all for rules whose counts follow from lengths. If
// nothing within Near can be had, the error is an *Unreachable.
//
// The examples are to be text that is not reported on: held-out training text.
func ToBudget(e *model.Encoder, rule pruners.Pruner, examples []ragged.Sequence, budget float64) (pruners.Pruner, float64, error) {
	if !CanFit(rule) {
		return nil, 0, fmt.Errorf("pruner %s has nothing that a budget could set", rule.Spec())
	}
	best, nearest := rule, math.Inf(1)
	over := func(x float64) (float64, error) {
		r, _ := pruners.Tune(rule, x)
		r, err := calibrate(e, r, examples)
		if err != nil {
			return 0, err
		}
		ratio, err := Ratio(e, r, examples)
		if math.Abs(ratio-budget) < math.Abs(nearest-budget) {
			best, nearest = r, ratio
		}
		return ratio - budget, err
	}
	var err error
	if Depths(rule) {
		best, nearest, err = depth(e, rule, examples, budget)
	} else {
		var low, high end
		if low, high, err = bracket(over); err == nil {
			err = falsePosition(over, low, high)
		}
	}
	if err != nil {
		return nil, 0, err
	}
	if math.Abs(nearest-budget) > Near {
		return nil, nearest, &Unreachable{best, nearest, budget, nearest == 1}
	}
	return best, nearest, nil
}

// depth tries every number of layers but all, and returns the rule nearest to the budget, the
// shallower of two that are equally near, and what it needs.
func depth(e *model.Encoder, rule pruners.Pruner, examples []ragged.Sequence, budget float64) (best pruners.Pruner, nearest float64, err error) {
	best, nearest = rule, math.Inf(1)
	for layers := 1; layers < e.Config.Layers; layers++ {
		r, _ := pruners.Deeper(rule, layers)
		ratio, err := Ratio(e, r, examples)
		if err != nil {
			return nil, 0, err
		}
		if math.Abs(ratio-budget) < math.Abs(nearest-budget) {
			best, nearest = r, ratio
		}
	}
	return best, nearest, nil
}

// end is a strength with how far over the budget it is.
type end struct{ x, over float64 }

// bracket finds strengths over and under the budget, stepping ever farther from
// the middle; where there is none it returns the end of the scale twice.
func bracket(over func(x float64) (float64, error)) (low, high end, err error) {
	at := end{x: 0.5}
	if at.over, err = over(at.x); err != nil {
		return
	}
	sign := 1.0
	if at.over <= 0 {
		sign = -1
	}
	for step := sign / 128; ; step *= 2 {
		next := end{x: min(1, max(0, at.x+step))}
		if next.over, err = over(next.x); err != nil {
			return
		}
		switch {
		case next.over*sign > 0 && next.x > 0 && next.x < 1:
			at = next
		case next.over*sign > 0:
			return next, next, nil
		case sign > 0:
			return at, next, nil
		default:
			return next, at, nil
		}
	}
}

// falsePosition narrows low (over the budget) and high (under it) down, by the
// Illinois rule, until the budget is met or nothing lies between them.
func falsePosition(over func(x float64) (float64, error), low, high end) error {
	if min(low.over, -high.over) < closeEnough {
		return nil
	}
	last := 0.0
	for range 24 {
		if high.x-low.x < 1e-5 {
			return nil
		}
		at := end{x: low.x + (high.x-low.x)*low.over/(low.over-high.over)}
		var err error
		if at.over, err = over(at.x); err != nil {
			return err
		}
		if math.Abs(at.over) < closeEnough {
			return nil
		}
		if at.over > 0 {
			low = at
			if last > 0 {
				high.over /= 2
			}
		} else {
			high = at
			if last < 0 {
				low.over /= 2
			}
		}
		last = at.over
	}
	return nil
}

// sampled is how many tokens of text, at most, a rule is calibrated on: they run as one batch.
const sampled = 1 << 14

// calibrate gives a rule its numbers if they follow from text (see pruners.Sampled): the
// first of the examples. It runs the encoder once.
func calibrate(e *model.Encoder, rule pruners.Pruner, examples []ragged.Sequence) (pruners.Pruner, error) {
	return pruners.Calibrate(rule, func(p pruners.Pruner) error {
		batches := eval.Pack(examples, eval.Batching{Tokens: sampled})
		if len(batches) == 0 {
			return fmt.Errorf("pruner %s: there is no text to calibrate it on", rule.Spec())
		}
		r := eval.NewRunner(e, p, model.Options{FullLastLayer: true})
		defer r.Close()
		_, err := r.Run(batches[0])
		return err
	})
}

// Ratio is the relative `paper` FLOPs that the examples need with a rule.
func Ratio(e *model.Encoder, rule pruners.Pruner, examples []ragged.Sequence) (float64, error) {
	var paper, full int64
	c := &e.Config
	if _, ok := pruners.As[pruners.Counted](rule); ok {
		for _, x := range examples {
			n := len(x.IDs)
			alive, kept, _ := pruners.Counts(rule, c.Layers, n)
			paper, full = paper+model.PaperBy(c, rule, n, alive, kept), full+model.Full(c, n)
		}
		return float64(paper) / float64(full), nil
	}
	r := eval.NewRunner(e, rule, model.Options{FullLastLayer: true})
	defer r.Close()
	err := r.Each(context.Background(), examples, func(i int, x eval.Result) {
		n := len(examples[i].IDs)
		paper, full = paper+model.PaperBy(c, rule, n, x.Alive, x.Kept), full+model.Full(c, n)
	})
	return float64(paper) / float64(full), err
}
