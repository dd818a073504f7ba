package clock

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"ltpbench/bench/eval"
	"ltpbench/bench/evaltest"
	"ltpbench/hw"
	_ "ltpbench/hw/cpu"
	"ltpbench/model"
	"ltpbench/pruners"
	"ltpbench/results"
)

var rules = []pruners.Pruner{pruners.None{}, pruners.Threshold{Final: 0.01, Divisor: pruners.Padded}, pruners.TopK{Rate: 0.2, Start: 1}, pruners.Random{Share: 0.5, Seed: 1}}

// The executed FLOPs of an evaluation are those of a pass that is timed, with and
// without the shortcut.
func TestExecuted(t *testing.T) {
	e, all := evaltest.Encoder(t), evaltest.Examples(70)
	for _, rule := range rules {
		for _, whole := range []bool{false, true} {
			x, err := eval.Evaluate(context.Background(), e, rule, all, whole)
			if err != nil {
				t.Fatal(err)
			}
			p, err := newPass(Subject{Encoder: e, Rule: rule}, eval.Pack(all, eval.Batching{Sequences: 9}), whole)
			if err != nil {
				t.Fatal(err)
			}
			executed, err := p.executed()
			if err != nil {
				t.Fatal(err)
			}
			if x.Work.Executed != executed {
				t.Errorf("%s, whole %v: %d executed FLOPs of the timed pass, %d from the exact one", rule.Spec(), whole, executed, x.Work.Executed)
			}
		}
	}
}

func TestStretched(t *testing.T) {
	all := evaltest.Examples(3)
	for _, box := range []Box{{1, 1}, {2, 2}, {3, 17}, {5, 90}} {
		b := stretched(all, box.Sequences, box.Tokens)
		if b.Seqs.Count() != box.Sequences || b.Seqs.Rows() != box.Sequences*box.Tokens {
			t.Fatalf("%+v: %d sequences, %d rows", box, b.Seqs.Count(), b.Seqs.Rows())
		}
		for i := range box.Sequences {
			ids := b.IDs[i*box.Tokens : (i+1)*box.Tokens]
			if ids[0] != 2 || box.Tokens > 1 && ids[len(ids)-1] != 3 || slices.Contains(ids[1:max(1, len(ids)-1)], 3) {
				t.Errorf("%+v: %d", box, ids)
			}
		}
	}
}

// ticking is a time source that only a device's work moves on, and that device: each batch
// takes as long as the list says, then again from its beginning.
type ticking struct {
	hw.Device
	now   time.Time
	takes []time.Duration
	runs  int
}

func (d *ticking) Now() time.Time { return d.now }

// Sync is where a device does what it still has to do, so that is timed too.
func (d *ticking) Sync() error {
	d.now = d.now.Add(d.takes[d.runs%len(d.takes)])
	d.runs++
	return d.Device.Sync()
}

func ticks(e *model.Encoder, takes ...time.Duration) *ticking {
	d := &ticking{Device: e.Device, now: time.Unix(0, 0), takes: takes}
	e.Device = d
	return d
}

// Every subject is timed in every round, on every example alone and in every box of the
// grid, to the nanosecond of what its device takes; what comes between is not timed; and the
// end of the context ends it all.
func TestClock(t *testing.T) {
	e, all := evaltest.Encoder(t), evaltest.Examples(40)
	d := ticks(e, time.Millisecond)
	var subjects []Subject
	for _, rule := range rules {
		subjects = append(subjects, Subject{Encoder: e, Rule: rule})
	}
	rows, between := 0, 0
	c := Clock{Batching: eval.Batching{Sequences: 8}, Rounds: 3, Examples: 25, Latency: 12, Grid: []Box{{2, 8}, {1, 30}}, Now: d.Now,
		Step: func(_ string, n int) { rows, d.now = rows+n, d.now.Add(time.Hour) }, Between: func() { between++; d.now = d.now.Add(time.Hour) }}
	times, warmth, err := c.Run(context.Background(), subjects, all)
	if err != nil {
		t.Fatal(err)
	}
	if want := 1 + 3*len(rules) + 12 + 2*3*len(rules); between != want {
		t.Errorf("Between was called %d times, want %d", between, want)
	}
	if rows == 0 {
		t.Errorf("%+v, %d rows", warmth, rows)
	}
	near := func(got, want float64) bool { return math.Abs(got-want) < 1e-12 }
	for i, own := range times {
		if len(own.Rounds) != 3 || len(own.Batch1) != 12 || len(own.Grid) != 2 || len(own.Grid[Box{2, 8}]) != 3 {
			t.Fatalf("subject %d: %+v", i, own)
		}
		for r := range own.Rounds {
			if !near(own.Rounds[r], 4e-3) || !near(own.Grid[c.Grid[0]][r], 1e-3) || !near(own.Grid[c.Grid[1]][r], 1e-3) {
				t.Errorf("subject %d, round %d: %v s for 4 batches, %v and %v for one of the grid, each of which takes 1 ms", i, r, own.Rounds[r], own.Grid[c.Grid[0]][r], own.Grid[c.Grid[1]][r])
			}
		}
		for j, one := range own.Batch1 {
			if one.Tokens != times[0].Batch1[j].Tokens || !near(one.Seconds, 1e-3) {
				t.Errorf("subject %d, example %d alone: %+v", i, j, one)
			}
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	heard := 0
	c.Step = func(string, int) {
		if heard++; heard == 6 {
			stop()
		}
	}
	if _, _, err := c.Run(ctx, subjects, all); !errors.Is(err, context.Canceled) || heard != 6 {
		t.Errorf("stopped in step 6, ended in step %d: %v", heard, err)
	}
}

// Warming up ends when two passes differ by less than 3 %, after six passes, or after ten seconds.
func TestWarmUp(t *testing.T) {
	for _, x := range []struct {
		name  string
		takes []time.Duration // a pass is one batch; the first counts FLOPs and is not compared
		want  Warmth
	}{
		{"steady", []time.Duration{9 * time.Millisecond, 100 * time.Millisecond, 101 * time.Millisecond}, Warmth{2, 0.01}},
		{"settling", []time.Duration{9 * time.Millisecond, 200 * time.Millisecond, 100 * time.Millisecond, 98 * time.Millisecond}, Warmth{3, 0.02}},
		{"noisy", []time.Duration{time.Millisecond, 2 * time.Millisecond}, Warmth{6, 0.5}},
		{"slow", []time.Duration{6 * time.Second, 9 * time.Second}, Warmth{2, 1. / 3}},
	} {
		e := evaltest.Encoder(t)
		d := ticks(e, x.takes...)
		c := Clock{Batching: eval.Batching{Sequences: 8}, Now: d.Now}
		_, got, err := c.Run(context.Background(), []Subject{{Encoder: e, Rule: pruners.None{}}}, evaltest.Examples(8))
		if err != nil || got.Passes != x.want.Passes || math.Abs(got.Change-x.want.Change) > 1e-9 {
			t.Errorf("%s: %+v, want %+v: %v", x.name, got, x.want, err)
		}
	}
}

func TestValues(t *testing.T) {
	none := &Times{Tokens: 100, Executed: 8, Rounds: []float64{2, 4, 2}, Grid: map[Box][]float64{{1, 8}: {1, 1}}}
	own := &Times{Tokens: 100, Executed: 4, Rounds: []float64{1, 2, 0.5}, Grid: map[Box][]float64{{1, 8}: {0.5, 0.25}}}
	for i := range 12 {
		none.Batch1 = append(none.Batch1, Single{8 + i, 2})
		own.Batch1 = append(own.Batch1, Single{8 + i, float64(i + 1)})
	}
	p := results.Point{Values: own.Values(none)}
	for unit, want := range map[string]float64{
		results.TokensPerSecond: 100, results.Speedup: 8.0 / 3, results.Efficiency: 4.0 / 3, results.P50Seconds: 6.5,
	} {
		if got, _ := p.Value(unit); got != want {
			t.Errorf("%s is %v, want %v", unit, got, want)
		}
	}
	if low, high, ok := p.Interval(results.Speedup); !ok || low >= 8.0/3 || high <= 8.0/3 {
		t.Errorf("the speed-up's interval is %v to %v", low, high)
	}
	base := results.Point{Values: none.Values(none)}
	if _, _, ok := base.Interval(results.Speedup); ok {
		t.Error("the baseline's speed-up has an interval")
	}
	// Eight examples have 8 to 15 tokens; the four longer ones are too few for a line.
	parts := own.Lengths(none)
	if len(parts) != 1 || parts[0].Iters != 8 || parts[0].Keys[0].Value != "8-15" || parts[0].Values[0].Value != 4.5 || parts[0].Values[1].Value != 2/4.5 {
		t.Errorf("%+v", parts)
	}
	if parts := own.Throughput(none, []Box{{1, 8}}); len(parts) != 1 || parts[0].Values[0].Value != 24 || parts[0].Values[1].Value != 3 {
		t.Errorf("%+v", parts)
	}
}

func TestPeak(t *testing.T) {
	if peak, ok := Peak(); ok && (peak < 1<<20 || peak > 1<<45) {
		t.Errorf("peak memory is %d bytes", peak)
	}
}
