package sweep

import (
	"context"
	"time"

	"ltpbench/bench/clock"
	"ltpbench/bench/eval"
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// pace is what a probe found: seconds for a token.
type pace struct{ run, train float64 }

// takes is how long a job takes.
func (p pace) takes(j *Job) time.Duration {
	perToken := p.run
	if j.trains() {
		perToken = p.train
	}
	return time.Duration(perToken * float64(j.Tokens) * float64(time.Second))
}

// probed is how many examples a probe runs, twice, and trains on.
const probed = 64

// probe measures how long a token takes to run, without pruning, and to train on.
func (w *worker) probe(ctx context.Context, training bool) (pace, error) {
	weights := w.subject.weights
	if w.subject.untrained() {
		weights = weights.Clone()
		weights.InitHead(max(1, len(w.subject.corpus.task.Labels)), 1)
	}
	some := w.subject.measured[:min(probed, len(w.subject.measured))]
	tokens := ragged.Tokens(some)
	e, err := model.New(w.device, weights)
	if err != nil {
		return pace{}, err
	}
	defer e.Close()
	timing := clock.Clock{Batching: eval.Batching{Sequences: w.plan.Measure.Batch}, Rounds: 1}
	times, _, err := timing.Run(ctx, []clock.Subject{{Encoder: e, Rule: pruners.None{}}}, some)
	if err != nil {
		return pace{}, err
	}
	p := pace{run: times[0].Rounds[0] / float64(tokens)}
	if !training {
		return p, nil
	}
	d, ok := w.device.(hw.Backward)
	if !ok {
		return p, w.cannotTrain()
	}
	learns, err := model.NewTrainable(d, weights)
	if err != nil {
		return p, err
	}
	defer learns.Close()
	set := &w.plan.Training
	texts := make([]train.Example, len(some))
	for i, x := range some { // targets do not matter for the time
		texts[i] = train.Example{Sequence: x, Target: make([]float32, weights.Config.Labels)}
	}
	batching := train.Batching{Epochs: 1, Batch: set.Batch, Tokens: set.BatchTokens}
	t, err := train.Prepare(learns, texts, batching, train.Options{LearningRate: set.LearningRate, MaxGradNorm: 1, Dropout: set.Dropout, Freeze: set.Freeze})
	if err != nil {
		return p, err
	}
	defer t.Close()
	begin := time.Now()
	err = t.Fit(ctx, texts, batching, nil)
	p.train = time.Since(begin).Seconds() / float64(tokens)
	return p, err
}
