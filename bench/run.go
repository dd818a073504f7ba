package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"ltpbench/bench/measure"
	"ltpbench/bench/stats"
	"ltpbench/model"
	"ltpbench/results"
)

// endLine is the name of a finished record's last line.
const endLine = "Run"

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

// open begins the record and its predictions, or goes on with those that are there:
// what was cut in the middle is dropped, a line or all that was timed.
func (r *run) open(dir string, config []results.Key) error {
	path, beside := filepath.Join(dir, results.RecordFile), filepath.Join(dir, results.PredictionsFile)
	r.known = map[string]bool{}
	old, err := results.Read(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil && len(old.Points) > 0 {
		return r.resume(old, beside, config)
	}
	for _, file := range []string{path, beside} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if r.record, err = results.Create(path, config); err != nil {
		return err
	}
	r.predictions, err = results.CreatePredictions(beside)
	return err
}

func (r *run) resume(old *results.Record, beside string, config []results.Key) error {
	for _, k := range config {
		if value := strings.TrimSpace(k.Value); old.Get(k.Name) != value && k.Name != "command" {
			return fmt.Errorf("%s: the run was begun with %s %q and would go on with %q: finish it as it was begun, or begin a new one (-o DIR)", old.Path, k.Name, old.Get(k.Name), value)
		}
	}
	whole := map[string]bool{}
	for _, p := range old.Points {
		_, ok := p.Value(results.ExecutedRatio)
		if !ok {
			break
		}
		name, err := p.FullName()
		if err != nil {
			return fmt.Errorf("%s: %w", old.Path, err)
		}
		host := p.Key(keySelect) == onHost
		if host {
			p.Keys = p.Keys[:len(p.Keys)-1]
		}
		short, err := p.FullName()
		if err != nil {
			return fmt.Errorf("%s: %w", old.Path, err)
		}
		whole[name], r.known[short] = true, host
	}
	var err error
	if r.record, err = results.Resume(old.Path, len(whole)); err != nil {
		return err
	}
	r.predictions, err = results.ResumePredictions(beside, func(p *results.Prediction) bool { return whole[p.Point] })
	return err
}

// A rule that a card has no kernel for is marked in its points' names.
const (
	keySelect = "select"
	onHost    = "host"
)

func (r *run) close() error {
	var errs []error
	if r.record != nil {
		errs = append(errs, r.record.Close())
	}
	if r.predictions != nil {
		errs = append(errs, r.predictions.Close())
	}
	return errors.Join(errs...)
}

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
	weights, err := r.load(ctx, c)
	if err != nil {
		return err
	}
	e, err := model.New(r.device, weights)
	if err != nil {
		return err
	}
	x, err := measure.Evaluate(ctx, e, c.rule, r.measured, r.plan.Measure.Exact)
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
func (r *run) scores(x *measure.Exact) []results.Value {
	task := r.text.task
	truth := task.Truth(r.text.measured)
	var values []results.Value
	for _, m := range task.Metrics {
		score := func(predicted, truth []float64) float64 { return m.Of(task, predicted, truth) }
		var within stats.Interval
		if m.Unit == results.Accuracy {
			hits := 0
			for i := range truth {
				if x.Predicted[i] == truth[i] {
					hits++
				}
			}
			within = stats.Wilson(hits, len(truth))
		} else {
			within = stats.Draws{Examples: len(truth), Rounds: stats.Rounds, Seed: 1}.Score(score, x.Predicted, truth).Interval()
		}
		values = append(values, results.Value{Unit: m.Unit, Value: score(x.Predicted, truth)},
			results.Value{Unit: m.Unit + "-low", Value: within.Low}, results.Value{Unit: m.Unit + "-high", Value: within.High})
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

// time times all cells and writes it at once: times of different moments are not to
// be compared, so a stopped run times all of them again.
func (r *run) time(ctx context.Context) error {
	subjects := make([]measure.Subject, len(r.cells))
	baseline := 0
	for i, c := range r.cells {
		if c.None() {
			baseline = i
		}
		weights, err := r.load(ctx, c)
		if err != nil {
			return err
		}
		e, err := model.New(r.device, weights)
		if err != nil {
			return err
		}
		subjects[i] = measure.Subject{Encoder: e, Rule: c.rule, Baseline: baseline}
	}
	clock, watch := r.clock(), newWatch(r.device)
	clock.Between = watch.look
	times, warmth, err := clock.Run(ctx, subjects, r.measured)
	if err != nil {
		return err
	}
	watch.read()
	if text := watch.warning(); text != "" {
		r.say("%s", text)
	}
	var whole, parts []results.Point
	for i, c := range r.cells {
		none := &times[subjects[i].Baseline]
		p := r.point(c)
		p.Values = times[i].Values(none)
		whole = append(whole, *p)
		for _, seconds := range times[i].Rounds { // a line each: the samples of benchstat and compare
			p := r.point(c)
			p.Values = []results.Value{{Unit: results.SecondsPerOp, Value: seconds}}
			parts = append(parts, *p)
		}
		for _, part := range append(times[i].Lengths(none), times[i].Throughput(none, clock.Grid)...) {
			p := r.point(c)
			p.Name, p.Keys, p.Iters, p.Values = part.Name, append(p.Keys, part.Keys...), part.Iters, part.Values
			parts = append(parts, *p)
		}
	}
	end := results.Point{Name: endLine, Iters: 1, Procs: r.device.Info().Threads, Values: []results.Value{
		{Unit: results.WarmUpPasses, Value: float64(warmth.Passes)}, {Unit: results.WarmUpChange, Value: warmth.Change},
	}}
	if peak, ok := measure.Peak(); ok {
		end.Values = append(end.Values, results.Value{Unit: results.PeakBytes, Value: float64(peak)})
	}
	parts = append(parts, watch.points()...)
	return r.record.Add(append(append(whole, parts...), end)...)
}

// clock is how the plan wants points timed.
func (r *run) clock() measure.Clock {
	m := &r.plan.Measure
	c := measure.Clock{
		Batching: measure.Batching{Sequences: m.Batch, Tokens: m.Tokens, Sorted: m.Order == "length"},
		Rounds:   m.Rounds, Examples: m.Examples, Alone: m.Latency, Whole: m.Exact, Step: r.advance,
	}
	for _, b := range m.Batches {
		for _, n := range m.Lengths {
			c.Grid = append(c.Grid, measure.Box{Sequences: b, Tokens: min(n, r.longest)})
		}
	}
	return c
}
