// Package decide finds out whether pruning pays for one checkpoint on one text, without training: it chooses the best
// point on one half of the text and reports it on the other.
package decide

import (
	"context"
	"fmt"
	"time"

	"ltpbench/bench/clock"
	"ltpbench/bench/eval"
	"ltpbench/bench/stats"
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// Confidence is that of one-sided bounds.
const Confidence = 0.95

// Limits are what a point has to meet.
type Limits struct {
	MaxLoss    float64 // of accuracy, in points
	MinSpeedup float64 // of a pass, against the unpruned model
	Latency    float64 // seconds for one text alone, for 95 of 100; 0: any
}

// Timer times subjects on examples, as clock.Clock.Run does.
type Timer func(ctx context.Context, c clock.Clock, subjects []clock.Subject, examples []ragged.Sequence) ([]clock.Times, error)

// Clock is the Timer that looks at the time.
func Clock(ctx context.Context, c clock.Clock, subjects []clock.Subject, examples []ragged.Sequence) ([]clock.Times, error) {
	times, _, err := c.Run(ctx, subjects, examples)
	return times, err
}

// Options are what a decision works on.
type Options struct {
	Limits
	Weights  *model.Checkpoint // a classifier
	Examples []ragged.Sequence // of two texts the same is one too many: see text.Distinct
	Labels   []int
	Batching eval.Batching
	Rounds   int           // of timing the chosen point
	Budget   time.Duration // about how long all of it may take
	Time     Timer         // nil: Clock
	Now      func() time.Time
	// Progress, if not nil, is notified of what is under way and the share that is done.
	Progress func(what string, done float64)
}

// Tried is a point that was tried on the first half of the text.
type Tried struct {
	Series string
	Budget float64 // relative `paper` FLOPs that were aimed at
	Rule   pruners.Pruner
	Loss   stats.Paired
	Work   model.Ratio  // relative to the unpruned model's
	Times  *clock.Times // nil: it was not timed
	None   *clock.Times // beside it
}

// Decision is what was found.
type Decision struct {
	Limits
	Answer Answer
	Reason string // a sentence
	// First and Second are how many texts the halves have; Given how many there were.
	First, Second, Given int
	Tried                []Tried
	Skipped              []string // series and budgets that were not tried, and why
	Chosen               Tried    // on the second half: its Loss and Times are of that
	Unpruned             float64  // accuracy on the second half
	Commonest            float64  // that of always answering with its commonest label
	Needed               int      // texts in all that would suffice for the loss; 0: none would, or nothing is lacking
	Grid                 []clock.Box
	Pace                 float64 // seconds for a token of the unpruned model, in batches
	Took                 time.Duration
}

// Run decides.
func Run(ctx context.Context, d hw.Device, o Options) (*Decision, error) {
	if len(o.Examples) < 4 {
		return nil, fmt.Errorf("%d different texts are too few to choose on one half and report on the other: give more labelled text", len(o.Examples))
	}
	if o.Time == nil {
		o.Time = Clock
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Progress == nil {
		o.Progress = func(string, float64) {}
	}
	e, err := model.New(d, o.Weights)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	r := &run{Options: o, ctx: ctx, e: e, begin: o.Now(), out: &Decision{Limits: o.Limits, Given: len(o.Examples)}}
	for _, step := range []func() error{r.pace, r.try, r.timeSome, r.report} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	r.out.judge()
	r.out.Took = o.Now().Sub(r.begin)
	return r.out, nil
}

// run is a decision under way.
type run struct {
	Options
	ctx           context.Context
	e             *model.Encoder
	begin         time.Time
	out           *Decision
	first, second half
}

// half is a part of the text, with what the unpruned model makes of it.
type half struct {
	examples []ragged.Sequence
	labels   []int
	right    []bool
	none     model.Work
}

// answer evaluates a rule on a half.
func (r *run) answer(h *half, rule pruners.Pruner) (right []bool, work model.Work, err error) {
	x, err := eval.Evaluate(r.ctx, r.e, rule, h.examples, false)
	if err != nil {
		return nil, work, err
	}
	right = make([]bool, len(h.labels))
	for i, label := range h.labels {
		right[i] = x.Predicted[i] == float64(label)
	}
	return right, x.Work, nil
}

// spent is the share of the time that may be taken which has passed.
func (r *run) spent() float64 { return float64(r.Now().Sub(r.begin)) / float64(r.Budget) }
