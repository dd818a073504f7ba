package sweep

import (
	"errors"
	"fmt"
	"slices"

	"ltpbench/bench/plan"
	"ltpbench/bench/recipe"
	"ltpbench/model"
	"ltpbench/pruners"
	"ltpbench/results"
)

// cell is a method at a budget and a seed, on a subject. Its rule and weights may still
// have to be made.
type cell struct {
	plan.Cell
	method string // the series
	budget string // as in the record; empty: none
	rule   pruners.Pruner
	// weights are set with the rule where they are not the base's own.
	weights  func() (*model.Checkpoint, error)
	known    bool   // the rule is
	trained  string // key of the job that makes the weights of a tuned cell; empty: none does
	searched string // key of the job that finds the front of a searched method; empty: none does
	making   string // key of the job that makes the rule, the same where training does; empty: none does
	// host: the rule decided on the host, though the device has its own memory.
	host bool
}

// cells lists a subject's cells. Those whose budget no rule of the family reaches, as
// far as lengths and layers tell, are returned as sentences instead; a whole rule that
// does not fit the model is an error. Nearest are sentences about cells that are measured at
// the setting nearest to their budget.
func (s *subject) cells(p *plan.Plan) (list []*cell, unreachable, nearest []string, err error) {
	for _, c := range p.Cells(s.data) {
		if c.Method.Embedded {
			if s.embedded == nil {
				return nil, nil, nil, fmt.Errorf("method embedded: only the embedded model has its own points, %s has none", s.name)
			}
			for _, x := range s.embedded.Points {
				own := &cell{Cell: c, method: pruners.Series(x.Rule), budget: x.Budget, rule: x.Rule, weights: x.Weights, known: true}
				own.Tuned = x.Tuned
				list = append(list, own)
			}
			continue
		}
		one := &cell{Cell: c, method: c.Method.Name}
		if c.Budget != 0 {
			one.budget = results.Decimal(c.Budget)
		}
		var misfit error
		_, sampled := pruners.As[pruners.Sampled](c.Method.Rule(c.Seed)) // has no numbers before a budget is met
		searched := c.Method.Searched() != nil                           // has no rates before a budget is met
		if searched && s.data.Train == "" && s.fronts[one.method] == nil {
			return nil, nil, nil, fmt.Errorf("method %s: a search needs held-out training text with labels: give training text (--train FILE), or the front of an earlier search (fronts in a plan's [search])", one.method)
		}
		if !c.None() && !searched && !(sampled && c.Method.Budgeted) {
			misfit = pruners.Fits(c.Method.Rule(c.Seed), s.weights.Config.Layers)
		}
		if _, predicts := pruners.As[pruners.Predictor](c.Method.Rule(c.Seed)); misfit == nil && predicts && !c.Tuned && c.Method.Budgeted {
			misfit = errors.New("it decides by networks that only training makes: give training text")
		}
		switch {
		case c.None():
			one.rule, one.known = pruners.None{}, true
		case misfit != nil && !c.Method.Budgeted:
			return nil, nil, nil, fmt.Errorf("%s: %w", s.name, misfit)
		case !c.Tuned && !c.Method.Budgeted:
			one.rule, one.known = c.Method.Rule(c.Seed), true
		case c.Method.Budgeted:
			err := misfit
			if err == nil && !searched {
				err = s.reachable(c)
			}
			var not *recipe.Unreachable
			if misfit != nil || errors.As(err, &not) {
				text := fmt.Sprintf("%s at %s: %v", one.method, one.budget, err)
				into := &unreachable
				if not != nil && recipe.Depths(not.Rule) {
					into = &nearest
				}
				if c.Seed == p.Seeds[0] && !slices.Contains(*into, text) {
					*into = append(*into, text)
				}
				if into == &unreachable {
					continue
				}
				err = nil
			}
			if err != nil {
				return nil, nil, nil, err
			}
		}
		list = append(list, one)
	}
	return list, unreachable, nearest, nil
}

// reachable finds from lengths alone whether a rule whose counts follow from them
// can meet its budget. Of other rules it knows nothing.
func (s *subject) reachable(c plan.Cell) error {
	rule := c.Method.Rule(c.Seed)
	if aiming, ok := pruners.As[pruners.Aiming](rule); ok {
		rule = aiming.Aim()
	}
	if _, ok := pruners.As[pruners.Counted](rule); !ok {
		return nil
	}
	_, _, err := recipe.ToBudget(&model.Encoder{Config: s.weights.Config}, rule, s.held, c.Budget)
	return err
}

// String names the cell for people.
func (c *cell) String() string {
	name := c.method
	if c.budget != "" {
		name += " at " + c.budget
	}
	if !c.None() && !c.Tuned {
		name += ", not fine-tuned"
	}
	return fmt.Sprintf("%s, seed %d", name, c.Seed)
}
