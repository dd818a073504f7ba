// Package clock times models with pruning rules against each other.
package clock

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"ltpbench/bench/eval"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// Subject is a model with a rule, to be timed.
type Subject struct {
	Encoder *model.Encoder
	Rule    pruners.Pruner
	// Baseline is the place, among the subjects, of what this one's time is compared
	// with: the unpruned model of the same seed.
	Baseline int
}

// Clock times subjects against each other, so that what slows the machine for a while
// slows all of them: a round runs every subject once, in an order drawn afresh.
type Clock struct {
	eval.Batching
	Rounds   int
	Examples int   // that are timed, spread over all; 0: all
	Latency  int   // that are run one at a time, spread over all
	Grid     []Box // batches of one length
	Whole    bool  // compute the last layer's whole output, not row 0 alone
	// Now is the time source, such as a test's; nil: time.Now.
	Now func() time.Time
	// Step, if not nil, is notified of each piece of work and its tokens.
	Step func(what string, rows int)
	// Between, if not nil, is called when all is warm and then between what is timed:
	// there a card's clocks are what the timing saw.
	Between func()
}

// Box is one shape of the grid: a batch of sequences of equal length.
type Box struct{ Sequences, Tokens int }

// Times are the seconds that one subject took.
type Times struct {
	Rounds []float64 // each pass over the timed examples
	Tokens int       // of a pass
	// Executed is the FLOPs of a pass, counted while warming up.
	Executed int64
	Batch1   []Single          // each example that was run on its own
	Grid     map[Box][]float64 // a batch, a value per round
}

// Single is an example on its own.
type Single struct {
	Tokens  int
	Seconds float64
}

// Warmth describes how the machine was brought to a steady pace before anything counted.
type Warmth struct {
	Passes int
	Change float64 // between the last two, as a share
}

// Warming up ends when two passes differ by less than steady, or after mostPasses or mostSeconds.
const (
	steady      = 0.03
	mostPasses  = 6
	mostSeconds = 10
)

// Run times all subjects on the examples. When ctx ends, so does it, with ctx's error.
func (c Clock) Run(ctx context.Context, subjects []Subject, examples []ragged.Sequence) ([]Times, Warmth, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	t := &timing{Clock: c, ctx: ctx, subjects: subjects, times: make([]Times, len(subjects))}
	timed := examples
	if c.Examples > 0 {
		timed = spread(examples, c.Examples)
	}
	batches := eval.Pack(timed, c.Batching)
	passes := make([]*pass, len(subjects))
	defer end(passes)
	for i, s := range subjects {
		var err error
		if passes[i], err = newPass(s, batches, c.Whole); err != nil {
			return nil, Warmth{}, fmt.Errorf("%s: %w", s.Rule.Spec(), err)
		}
	}
	warmth := t.warm(passes)
	t.between()
	for round := range c.Rounds {
		t.each(round, func(i int) {
			t.times[i].Rounds = append(t.times[i].Rounds, t.time(passes[i]))
			t.between()
		})
	}
	t.batch1(spread(examples, c.Latency))
	for _, box := range c.Grid {
		t.grid(box, examples)
	}
	return t.times, warmth, t.err
}

// timing is a Run under way. After the first error nothing more is done.
type timing struct {
	Clock
	ctx      context.Context
	subjects []Subject
	times    []Times
	err      error
}

// each calls f for all subjects in an order of the round's own.
func (t *timing) each(round int, f func(i int)) {
	for _, i := range rand.New(rand.NewPCG(1, uint64(round))).Perm(len(t.subjects)) {
		if t.err == nil {
			t.err = t.ctx.Err()
		}
		if t.err != nil {
			return
		}
		f(i)
	}
}

// time runs a pass and returns its seconds.
func (t *timing) time(p *pass) float64 {
	seconds := t.spent(p.run)
	if t.Step != nil {
		t.Step("timing "+p.rule, p.rows)
	}
	return seconds
}

// spent is how many seconds f takes.
func (t *timing) spent(f func() error) float64 {
	begin := t.Now()
	if err := f(); err != nil {
		t.err = err
	}
	return t.Now().Sub(begin).Seconds()
}

func (t *timing) between() {
	if t.Between != nil {
		t.Between()
	}
}

// warm runs every subject once and counts its FLOPs, then repeats the first until its
// pace is steady: clocks, caches and page tables have settled.
func (t *timing) warm(passes []*pass) Warmth {
	t.each(0, func(i int) {
		t.times[i].Tokens = passes[i].rows
		t.times[i].Executed, t.err = passes[i].executed()
		if t.Step != nil {
			t.Step("warming up "+passes[i].rule, passes[i].rows)
		}
	})
	w, begin := Warmth{Passes: 1, Change: 1}, t.Now()
	for before := t.time(passes[0]); t.err == nil && w.Change >= steady && w.Passes < mostPasses && t.Now().Sub(begin).Seconds() < mostSeconds; w.Passes++ {
		now := t.time(passes[0])
		w.Change, before = math.Abs(now-before)/before, now
		if t.err == nil {
			t.err = t.ctx.Err()
		}
	}
	return w
}

// batch1 runs examples one at a time, each by all subjects before the next.
func (t *timing) batch1(some []ragged.Sequence) {
	if len(some) == 0 || t.err != nil {
		return
	}
	batches := eval.Pack(some, eval.Batching{Sequences: 1})
	passes := t.passes(batches)
	defer end(passes)
	t.each(0, func(i int) { t.err = passes[i].part(min(3, len(batches))) })
	for n, b := range batches {
		t.each(n, func(i int) {
			seconds := t.spent(func() error { return passes[i].one(b) })
			t.times[i].Batch1 = append(t.times[i].Batch1, Single{b.Seqs.Rows(), seconds})
		})
		t.between()
		if t.Step != nil {
			t.Step("latency", b.Seqs.Rows()*len(t.subjects))
		}
	}
}

// leastRows is how many rows a value of the grid runs at least: short batches repeat.
const leastRows = 2048

// grid times batches of one shape.
func (t *timing) grid(box Box, examples []ragged.Sequence) {
	if t.err != nil {
		return
	}
	b := stretched(examples, box.Sequences, box.Tokens)
	repeats := max(1, leastRows/b.Seqs.Rows())
	batches := make([]ragged.Batch, repeats)
	for i := range batches {
		batches[i] = b
	}
	passes := t.passes(batches)
	defer end(passes)
	t.each(0, func(i int) { t.err = passes[i].part(1) })
	for round := range t.Rounds {
		t.each(round, func(i int) {
			if t.times[i].Grid == nil {
				t.times[i].Grid = map[Box][]float64{}
			}
			t.times[i].Grid[box] = append(t.times[i].Grid[box], t.time(passes[i])/float64(repeats))
			t.between()
		})
	}
}

// passes are all subjects' over the same batches.
func (t *timing) passes(batches []ragged.Batch) []*pass {
	list := make([]*pass, len(t.subjects))
	for i, s := range t.subjects {
		if t.err == nil {
			list[i], t.err = newPass(s, batches, t.Whole)
		}
	}
	return list
}

// pass is a subject with batches, ready to be run.
type pass struct {
	*eval.Runner
	rule    string
	batches []ragged.Batch
	rows    int
}

func newPass(s Subject, batches []ragged.Batch, whole bool) (*pass, error) {
	p := &pass{Runner: eval.NewRunner(s.Encoder, s.Rule, model.Options{FullLastLayer: whole}), rule: s.Rule.Spec().Name, batches: batches}
	for _, b := range batches {
		p.rows += b.Seqs.Rows()
	}
	return p, p.Reserve(eval.Size(batches))
}

// end gives the passes' memory back; one that was not made has none.
func end(passes []*pass) {
	for _, p := range passes {
		if p != nil {
			p.Close()
		}
	}
}

// run runs all batches; what they gave is not looked at.
func (p *pass) run() error { return p.part(len(p.batches)) }

func (p *pass) part(n int) error {
	for _, b := range p.batches[:min(n, len(p.batches))] {
		if err := p.one(b); err != nil {
			return err
		}
	}
	return nil
}

// executed runs all batches and counts what they multiply.
func (p *pass) executed() (int64, error) {
	var sum int64
	for _, b := range p.batches {
		if err := p.one(b); err != nil {
			return 0, err
		}
		sum += p.Executed()
	}
	return sum, nil
}

func (p *pass) one(b ragged.Batch) error {
	_, err := p.Run(b)
	return err
}

// spread picks n examples at even distances, all if there are fewer.
func spread(examples []ragged.Sequence, n int) []ragged.Sequence {
	if n >= len(examples) {
		return examples
	}
	some := make([]ragged.Sequence, n)
	for i := range some {
		some[i] = examples[i*len(examples)/n]
	}
	return some
}
