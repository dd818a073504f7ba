package sweep

import (
	"context"

	"ltpbench/bench/clock"
	"ltpbench/bench/eval"
	"ltpbench/results"
)

// endLine is the name of a finished record's last line.
const endLine = "Run"

// time times all cells and writes it at once: times of different moments are not to
// be compared, so a stopped run times all of them again.
func (r *run) time(ctx context.Context) error {
	subjects := make([]clock.Subject, len(r.cells))
	baseline := 0
	for i, c := range r.cells {
		if c.None() {
			baseline = i
		}
		e, err := r.encoder(ctx, c)
		if err != nil {
			return err
		}
		subjects[i] = clock.Subject{Encoder: e, Rule: c.rule, Baseline: baseline}
	}
	timing, watch := r.clock(), newWatch(r.device)
	timing.Between = watch.look
	times, warmth, err := timing.Run(ctx, subjects, r.measured)
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
		for _, part := range append(times[i].Lengths(none), times[i].Throughput(none, timing.Grid)...) {
			p := r.point(c)
			p.Name, p.Keys, p.Iters, p.Values = part.Name, append(p.Keys, part.Keys...), part.Iters, part.Values
			parts = append(parts, *p)
		}
	}
	end := results.Point{Name: endLine, Iters: 1, Procs: r.device.Info().Threads, Values: []results.Value{
		{Unit: results.WarmUpPasses, Value: float64(warmth.Passes)}, {Unit: results.WarmUpChange, Value: warmth.Change},
	}}
	if peak, ok := clock.Peak(); ok {
		end.Values = append(end.Values, results.Value{Unit: results.PeakBytes, Value: float64(peak)})
	}
	parts = append(parts, watch.points()...)
	return r.record.Add(append(append(whole, parts...), end)...)
}

// clock is how the plan wants points timed.
func (r *run) clock() clock.Clock {
	m := &r.plan.Measure
	c := clock.Clock{
		Batching: eval.Batching{Sequences: m.Batch, Tokens: m.Tokens, Sorted: m.Order == "length"},
		Rounds:   m.Rounds, Examples: m.Examples, Alone: m.Latency, Whole: m.Exact, Step: r.advance,
	}
	for _, b := range m.Batches {
		for _, n := range m.Lengths {
			c.Grid = append(c.Grid, clock.Box{Sequences: b, Tokens: min(n, r.longest)})
		}
	}
	return c
}
