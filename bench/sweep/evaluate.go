package sweep

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"ltpbench/bench/eval"
	"ltpbench/pruners"
	"ltpbench/results"
)

// A cell whose rule a card has no kernel for is marked in its points' names.
const (
	keySelect = "select"
	onHost    = "host"
)

// evaluate carries out an Evaluate job: what a cell answers, keeps and computes.
func (w *worker) evaluate(ctx context.Context, j *Job) error {
	c, s := j.cell, w.subject
	e, err := w.encoder(c)
	if err != nil {
		return err
	}
	defer e.Close()
	x, err := eval.Watched(ctx, e, c.rule, s.measured, w.plan.Measure.Exact, func(tokens int) {
		w.advance("accuracy of "+c.String(), float64(tokens))
	})
	if err != nil {
		return err
	}
	c.host = x.OnHost && w.device.Info().Threads == 0
	p, task := w.point(c), s.corpus.task
	truth := task.Truth(s.corpus.measured)
	for _, m := range task.Metrics {
		p.Values = append(p.Values, eval.ScoreOf(m, task, truth, x.Predicted).Values()...)
	}
	p.Values = append(p.Values, x.Values()...)
	p.Values = append(p.Values, learned(c.rule, len(x.Kept[0]))...)
	if hint := eval.Hint(task, x.Predicted, truth); hint != "" && c.None() {
		w.say("hint: %s", hint)
	}
	name, err := p.FullName()
	if err != nil {
		return err
	}
	list := make([]results.Prediction, len(s.measured))
	for i := range list {
		list[i] = results.Prediction{
			Point: name, Example: i, Label: truth[i], Prediction: x.Predicted[i], Logits: x.Logits[i],
			Tokens: len(s.measured[i].IDs), Kept: x.Kept[i], Entered: x.Entered[i], Sets: x.Sets[i],
		}
	}
	return w.writeOutput(j, []results.Point{*p}, list)
}

// learned is what a rule has learned that has one number for each layer.
func learned(rule pruners.Pruner, layers int) (values []results.Value) {
	state := pruners.StateOf(rule)
	for _, name := range slices.Sorted(maps.Keys(state)) {
		if data := state[name].Data; len(state[name].Shape) == 1 && len(data) == layers {
			for layer, x := range data {
				short, _ := strconv.ParseFloat(strconv.FormatFloat(float64(x), 'g', -1, 32), 64) // in fewer digits
				values = append(values, results.Value{Unit: results.Learned(name, layer), Value: short})
			}
		}
	}
	return values
}

// point is a cell's line of the record, without values. The cell's rule is known.
func (w *worker) point(c *cell) *results.Point {
	keys := []results.Key{{Name: results.KeyMethod, Value: c.method}, {Name: results.KeySpec, Value: c.rule.Spec().String()}}
	if c.budget != "" {
		keys = append(keys, results.Key{Name: results.KeyBudget, Value: c.budget})
	}
	if len(w.plan.Seeds) > 1 {
		keys = append(keys, results.Key{Name: results.KeySeed, Value: fmt.Sprint(c.Seed)})
	}
	tuned := "no"
	if c.Tuned {
		tuned = "yes"
	}
	keys = append(keys, results.Key{Name: results.KeyTuned, Value: tuned})
	if c.host {
		keys = append(keys, results.Key{Name: keySelect, Value: onHost})
	}
	return &results.Point{Name: "Sweep", Keys: keys, Procs: w.device.Info().Threads, Iters: len(w.subject.measured)}
}

// evaluated finds whether points hold a cell's evaluation; if they do, the cell knows where its
// rule decided.
func (w *worker) evaluated(c *cell, points []results.Point) (bool, error) {
	if err := w.resolve(c); err != nil {
		return false, err
	}
	for _, host := range []bool{false, true} {
		c.host = host
		name, err := w.point(c).FullName()
		if err != nil {
			return false, err
		}
		for i := range points {
			if _, counted := points[i].Value(results.ExecutedRatio); !counted {
				continue
			}
			if own, err := points[i].FullName(); err == nil && own == name {
				return true, nil
			}
		}
	}
	c.host = false
	return false, nil
}
