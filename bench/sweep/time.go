package sweep

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"ltpbench/bench/clock"
	"ltpbench/bench/eval"
	"ltpbench/results"
)

// endLine is the name of a finished record's last line.
const endLine = "Run"

// time carries out a Time job. It times all cells at once: times of different moments are not to
// be compared, so a stopped run times all of them again.
func (w *worker) time(ctx context.Context, j *Job) error {
	if err := w.hosts(); err != nil {
		return err
	}
	subjects := make([]clock.Subject, len(w.cells))
	baseline := 0
	for i, c := range w.cells {
		if c.None() {
			baseline = i
		}
		e, err := w.encoder(c)
		if err != nil {
			return err
		}
		defer e.Close()
		subjects[i] = clock.Subject{Encoder: e, Rule: c.rule, Baseline: baseline}
	}
	timing, watch := w.clock(), newWatch(w.device)
	timing.Between = watch.look
	times, warmth, err := timing.Run(ctx, subjects, w.subject.measured)
	if err != nil {
		return err
	}
	watch.read()
	if text := watch.warning(); text != "" {
		w.say("%s", text)
	}
	var whole, parts []results.Point
	for i, c := range w.cells {
		none := &times[subjects[i].Baseline]
		p := w.point(c)
		p.Values = times[i].Values(none)
		whole = append(whole, *p)
		for _, seconds := range times[i].Rounds { // a line each: the samples of benchstat and compare
			p := w.point(c)
			p.Values = []results.Value{{Unit: results.SecondsPerOp, Value: seconds}}
			parts = append(parts, *p)
		}
		for _, part := range append(times[i].Lengths(none), times[i].Throughput(none, timing.Grid)...) {
			p := w.point(c)
			p.Name, p.Keys, p.Iters, p.Values = part.Name, append(p.Keys, part.Keys...), part.Iters, part.Values
			parts = append(parts, *p)
		}
	}
	end := results.Point{Name: endLine, Iters: 1, Procs: w.device.Info().Threads, Values: []results.Value{
		{Unit: results.WarmUpPasses, Value: float64(warmth.Passes)}, {Unit: results.WarmUpChange, Value: warmth.Change},
	}}
	if peak, ok := clock.Peak(); ok {
		end.Values = append(end.Values, results.Value{Unit: results.PeakBytes, Value: float64(peak)})
	}
	parts = append(parts, watch.points()...)
	return w.writeOutput(j, append(append(whole, parts...), end), nil)
}

// hosts finds in the record and in the outputs of jobs where each cell's rule decided, which is
// part of its points' names. A cell that was not evaluated is an error.
func (w *worker) hosts() error {
	var points []results.Point
	record, err := results.Read(filepath.Join(w.dir, results.RecordFile))
	if err == nil {
		points = record.Points
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, j := range w.jobs {
		if j.Kind != Evaluate {
			continue
		}
		found, err := w.evaluated(j.cell, points)
		if err == nil && !found && w.hasOutput(j) {
			var own []results.Point
			if own, _, err = w.readOutput(j); err == nil {
				found, err = w.evaluated(j.cell, own)
			}
		}
		if err != nil {
			return err
		}
		if !found {
			return w.missing(j.Key)
		}
	}
	return nil
}

// clock is how the plan wants cells timed.
func (w *worker) clock() clock.Clock {
	m := &w.plan.Measure
	c := clock.Clock{
		Batching: eval.Batching{Sequences: m.Batch, Tokens: m.Tokens, Sorted: m.Order == "length"},
		Rounds:   m.Rounds, Examples: m.Examples, Latency: m.Latency, Whole: m.Exact,
		Step: func(what string, rows int) { w.advance(what, float64(rows)) },
	}
	for _, b := range m.Batches {
		for _, n := range m.Lengths {
			c.Grid = append(c.Grid, clock.Box{Sequences: b, Tokens: min(n, w.subject.longest)})
		}
	}
	return c
}
