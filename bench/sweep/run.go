package sweep

import (
	"context"
	"fmt"

	"ltpbench/bench/eval"
	"ltpbench/model"
	"ltpbench/results"
)

// run is a record under way.
type run struct {
	*Options
	*maker
	cells       []*cell
	record      *results.Writer
	predictions *results.PredictionWriter
	known       map[string]bool // the names of the cells that the record has; true: decided on the host
	total, done float64         // work, in rows of a forward pass
}

// A rule that a card has no kernel for is marked in its points' names.
const (
	keySelect = "select"
	onHost    = "host"
)

// work makes and measures every cell, then times all of them together.
func (r *run) work(ctx context.Context) error {
	for _, c := range r.cells {
		if err := r.rule(ctx, c); err != nil {
			return err
		}
		if err := r.measure(ctx, c); err != nil {
			return fmt.Errorf("%s: %w", c, err)
		}
	}
	return r.time(ctx)
}

// measure finds what a cell answers and computes, unless the record has it.
func (r *run) measure(ctx context.Context, c *cell) error {
	short, err := r.point(c).FullName()
	if err != nil {
		return err
	}
	if host, ok := r.known[short]; ok {
		c.host = host
		for _, x := range r.measured {
			r.total -= float64(len(x.IDs))
		}
		return nil
	}
	e, err := r.encoder(ctx, c)
	if err != nil {
		return err
	}
	x, err := eval.Evaluate(ctx, e, c.rule, r.measured, r.plan.Measure.Exact)
	if err != nil {
		return err
	}
	c.host = x.OnHost && r.device.Info().Threads == 0
	p := r.point(c)
	p.Values = append(r.scores(x), x.Values()...)
	name, err := p.FullName()
	if err != nil {
		return err
	}
	list, truth := make([]results.Prediction, len(r.measured)), r.text.task.Truth(r.text.measured)
	for i := range list {
		list[i] = results.Prediction{
			Point: name, Example: i, Label: truth[i], Prediction: x.Predicted[i], Logits: x.Logits[i],
			Tokens: len(r.measured[i].IDs), Kept: x.Kept[i], Sets: x.Sets[i],
		}
	}
	if err := r.predictions.Add(list); err != nil {
		return err
	}
	r.advance("accuracy of "+c.String(), x.Rows)
	return r.record.Add(*p)
}

// scores are what the task is scored by.
func (r *run) scores(x *eval.Evaluation) (values []results.Value) {
	task := r.text.task
	truth := task.Truth(r.text.measured)
	for _, m := range task.Metrics {
		values = append(values, eval.ScoreOf(m, task, truth, x.Predicted).Values()...)
	}
	return values
}

// point is a cell's line of the record, without values.
func (r *run) point(c *cell) *results.Point {
	keys := []results.Key{{Name: results.KeyMethod, Value: c.method}, {Name: results.KeySpec, Value: c.rule.Spec().String()}}
	if c.budget != "" {
		keys = append(keys, results.Key{Name: results.KeyBudget, Value: c.budget})
	}
	if len(r.plan.Seeds) > 1 {
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
	return &results.Point{Name: "Sweep", Keys: keys, Procs: r.device.Info().Threads, Iters: len(r.measured)}
}

// encoder puts a cell's weights on the device.
func (r *run) encoder(ctx context.Context, c *cell) (*model.Encoder, error) {
	weights, err := r.load(ctx, c)
	if err != nil {
		return nil, err
	}
	return model.New(r.device, weights)
}
