package eval

import (
	"context"
	"errors"
	"slices"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// Runner runs an encoder with a pruning rule over batches. It owns the memory that they
// need on the device, and grows it where a larger batch comes. Not safe for concurrent use.
type Runner struct {
	e    *model.Encoder
	rule pruners.Pruner
	o    model.Options
	run  *model.Run
	size model.Size
}

// NewRunner returns a runner without memory; Reserve or the first batch takes it,
// until Close.
func NewRunner(e *model.Encoder, rule pruners.Pruner, o model.Options) *Runner {
	return &Runner{e: e, rule: rule, o: o}
}

// Reserve makes room for batches of a size, at least twice what there was if that is too
// little. It is an error if the rule does not fit the encoder.
func (r *Runner) Reserve(size model.Size) error {
	if r.run != nil && size.Rows <= r.size.Rows && size.Seqs <= r.size.Seqs && size.Longest <= r.size.Longest && size.Pairs <= r.size.Pairs {
		return nil
	}
	grown := func(have, need int) int {
		if need <= have {
			return have
		}
		return max(need, 2*have)
	}
	r.size = model.Size{
		Rows: grown(r.size.Rows, size.Rows), Seqs: grown(r.size.Seqs, size.Seqs),
		Longest: grown(r.size.Longest, size.Longest), Pairs: grown(r.size.Pairs, size.Pairs),
	}
	r.Close()
	run, err := model.NewHardRun(r.e, r.rule, r.size, r.o)
	if err != nil {
		return err
	}
	r.run = run
	return nil
}

// Close gives the device's memory back, not the encoder's; closing twice does nothing.
func (r *Runner) Close() {
	if r.run != nil {
		r.run.Close()
	}
}

// Run runs a batch and waits for the device. The logits, a row per sequence, are on the
// device and valid until the next batch. It allocates nothing if the batch was reserved for.
func (r *Runner) Run(b ragged.Batch) (logits hw.Mat, err error) {
	var size model.Size
	size.Fit(b.Seqs)
	if err := r.Reserve(size); err != nil {
		return hw.Mat{}, err
	}
	r.run.Load(b)
	logits = r.e.Forward(r.run)
	return logits, r.run.Sync()
}

// Last is the run of the last batch: what was kept, scored and counted. It is nil before
// the first Reserve.
func (r *Runner) Last() *model.Run { return r.run }

// Logits runs a batch and returns its logits, a list per sequence, which are the caller's. Logits that
// are no numbers are an error, *NotFinite.
func (r *Runner) Logits(b ragged.Batch) ([][]float32, error) {
	m, err := r.Run(b)
	if err != nil {
		return nil, err
	}
	flat := make([]float32, m.Rows*m.Cols)
	r.e.Device.Read(flat, m)
	logits := slices.Collect(slices.Chunk(flat, m.Cols))
	return logits, finite(logits)
}

// Executed is the FLOPs that the last batch needed.
func (r *Runner) Executed() (sum int64) {
	queries, alive, kept := r.run.Counts()
	for i := range alive {
		sum += model.Executed(&r.e.Config, queries[i], alive[i], kept[i])
	}
	return sum
}

// Result is what a rule made of one example. All but Run is the caller's.
type Result struct {
	Logits []float32
	Tokens int // that it has, before any pruning
	// Per layer: rows that ask, rows that enter its attention, and rows that continue.
	Queries, Alive, Kept []int

	Run   *model.Run // has just run the example's batch
	Place int        // of the example in it
}

// Each runs examples in batches and calls f for each example, in their order. When ctx
// ends, so does it, with ctx's error.
func (r *Runner) Each(ctx context.Context, examples []ragged.Sequence, f func(i int, x Result)) error {
	batches := Pack(examples, Batching{Sequences: batch})
	if err := r.Reserve(Size(batches)); err != nil {
		return err
	}
	i := 0
	for _, b := range batches {
		if err := ctx.Err(); err != nil {
			return err
		}
		logits, err := r.Logits(b)
		if bad := (*NotFinite)(nil); errors.As(err, &bad) {
			bad.Sequence += i // of all examples
		}
		if err != nil {
			return err
		}
		queries, alive, kept := r.run.Counts()
		for at, own := range logits {
			f(i, Result{own, b.Seqs.Len(at), queries[at], alive[at], kept[at], r.run, at})
			i++
		}
	}
	return nil
}

// batch is how many examples Each runs at once; results do not depend on it.
const batch = 32
