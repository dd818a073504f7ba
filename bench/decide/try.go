package decide

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"ltpbench/bench/recipe"
	"ltpbench/bench/stats"
	"ltpbench/internal/ragged"
	"ltpbench/pruners"
)

// How much of the time each step may take, and about how often it runs its text. Budgets of a series fall by the factor
// fall, rungs of them.
const (
	shareSecond, passesSecond = 0.2, 2
	shareFirst, passesFirst   = 0.35, 22
	shareFit, passesFit       = 0.2, 240
	rungs, fall               = 6, 0.84
	lastTry                   = 0.7    // of the time: no further point is tried after that
	probed                    = 1024   // tokens of the texts that give the pace, roughly
	leastFit, mostFit         = 8, 256 // texts that rules are fitted on
)

// pace finds how long a token takes and deals the text out: as much as the time allows, half and half.
func (r *run) pace() error {
	n := min(len(r.Examples), max(1, probed*len(r.Examples)/ragged.Tokens(r.Examples)))
	some := &half{examples: r.Examples[:n], labels: r.Labels[:n]}
	if _, _, err := r.answer(some, pruners.None{}); err != nil { // warm
		return err
	}
	begin := r.Now()
	if _, _, err := r.answer(some, pruners.None{}); err != nil {
		return err
	}
	r.out.Pace = r.Now().Sub(begin).Seconds() / float64(ragged.Tokens(some.examples))
	order := rand.New(rand.NewPCG(1, 0)).Perm(len(r.Examples))
	most := len(order) / 2
	r.second = r.deal(order[:r.affordable(most, shareSecond, passesSecond)])
	r.first = r.deal(order[most : most+r.affordable(len(order)-most, shareFirst, passesFirst)])
	r.out.First, r.out.Second = len(r.first.labels), len(r.second.labels)
	var err error
	r.first.right, r.first.none, err = r.answer(&r.first, pruners.None{})
	return err
}

func (r *run) deal(places []int) (h half) {
	for _, at := range places {
		h.examples, h.labels = append(h.examples, r.Examples[at]), append(h.labels, r.Labels[at])
	}
	return h
}

// affordable is how many of n texts may be run so often in a share of the time; two at least.
func (r *run) affordable(n int, share, passes float64) int {
	each := r.out.Pace * passes * float64(ragged.Tokens(r.Examples)) / float64(len(r.Examples))
	if each <= 0 {
		return n
	}
	return min(n, max(2, int(min(share*r.Budget.Seconds()/each, 1<<40))))
}

// try evaluates every series that needs no training at ever lower budgets, each until it clearly loses too much. All
// are tried at a budget before the next, so that where time is short none is left out.
func (r *run) try() error {
	fit := r.first.examples[:min(len(r.first.examples), max(leastFit, r.affordable(mostFit, shareFit, passesFit)))]
	open, err := r.series()
	if err != nil {
		return err
	}
	budget := min(0.9, 1/r.MinSpeedup)
	for rung := 0; rung < rungs && len(open) > 0; rung++ {
		var next []pruners.Pruner
		for i, start := range open {
			if r.spent() > lastTry {
				r.skip(fmt.Sprintf("budgets below %.2f, and %d series at %.2f", budget, len(open)-i, budget), errors.New("the time was up"))
				return nil
			}
			r.Progress(fmt.Sprintf("trying %s at %.2f", pruners.Series(start), budget), 0.1+lastTry*(float64(rung)+float64(i)/float64(len(open)))/rungs)
			more, err := r.tryOne(pruners.Series(start), start, budget, fit)
			if err != nil {
				return err
			}
			if more {
				next = append(next, start)
			}
		}
		open, budget = next, budget*fall
	}
	return nil
}

// series are where the series begin that need no training and fit the model.
func (r *run) series() (list []pruners.Pruner, err error) {
	for _, name := range pruners.Untrained() {
		start, _, err := pruners.ParseSeries(name)
		if err != nil {
			return nil, err
		}
		start = pruners.Seeded(start, 1)
		_, sampled := pruners.As[pruners.Sampled](start) // has no numbers before it is brought to a budget
		if err := pruners.Fits(start, r.e.Config.Layers); err != nil && !sampled {
			r.skip(name, err)
			continue
		}
		list = append(list, start)
	}
	return list, nil
}

// tryOne tries a series at a budget and reports whether a lower one is worth a try.
func (r *run) tryOne(series string, start pruners.Pruner, budget float64, fit []ragged.Sequence) (more bool, err error) {
	more = true
	rule, _, err := recipe.ToBudget(r.e, start, fit, budget)
	if not := (*recipe.Unreachable)(nil); errors.As(err, &not) { // the nearest is as good a point
		if rule, err = not.Rule, nil; not.Without {
			r.skip(fmt.Sprintf("%s at %.2f", series, budget), not)
			return false, nil
		}
		more = not.Ratio < budget || not.Ratio > 0.97 || recipe.Depths(not.Rule)
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", series, err)
	}
	if r.tried(rule) {
		return more, nil
	}
	right, work, err := r.answer(&r.first, rule)
	if err != nil {
		return false, fmt.Errorf("%s: %w", rule.Spec(), err)
	}
	t := Tried{Series: series, Budget: budget, Rule: rule, Loss: stats.Pair(r.first.right, right), Work: work.Relative(r.first.none)}
	r.out.Tried = append(r.out.Tried, t)
	return more && 100*t.Loss.Lower(Confidence) <= r.MaxLoss, nil
}

// tried reports whether a point is among those before.
func (r *run) tried(rule pruners.Pruner) bool {
	return slices.ContainsFunc(r.out.Tried, func(t Tried) bool {
		return t.Rule.Spec().String() == rule.Spec().String() && pruners.StateOf(t.Rule).Hash() == pruners.StateOf(rule).Hash()
	})
}

func (r *run) skip(what string, why error) {
	r.out.Skipped = append(r.out.Skipped, fmt.Sprintf("%s: %v", what, why))
}
