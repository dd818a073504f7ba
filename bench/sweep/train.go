package sweep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ltpbench/bench/recipe"
	"ltpbench/hw"
	"ltpbench/model"
)

// keepEvery is how often a training under way is stored: what a crash loses at most.
const keepEvery = 20 * time.Second

// train carries out a Base or Train job and stores what it gave. Where ctx ends, the state of the
// training stays in the store, and the same job resumes from there.
func (w *worker) train(ctx context.Context, j *Job) error {
	d, ok := w.device.(hw.Backward)
	if !ok {
		return w.cannotTrain()
	}
	from, what := w.subject.weights, fmt.Sprintf("base, seed %d", j.Spec.Seed)
	if j.cell != nil {
		var err error
		if from, err = w.baseOf(j.cell); err != nil {
			return err
		}
		what = j.Name
	}
	step := j.weight() / float64(max(1, j.Steps))
	watch := recipe.Watch{State: w.store.Partial(j.Key), Every: keepEvery, Progress: func(p recipe.Progress) {
		w.advance("fine-tuning "+what+": "+p.String(), step)
	}}
	corpus := w.subject.corpus
	in := &recipe.Input{Weights: from, Tokenizer: w.subject.words, Task: corpus.task, Texts: corpus.train, HeldOut: corpus.held}
	if err := w.teacher(j.Spec.Recipe, in); err != nil {
		return err
	}
	made, err := j.Spec.Recipe.Make(ctx, d, in, watch)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := w.store.Save(j.Key, made); err != nil {
		return err
	}
	return watch.Forget()
}

func (w *worker) cannotTrain() error {
	return fmt.Errorf("device %s cannot train; fine-tune on another one, and sweep without training text here", w.device.Info().Name)
}

// fit carries out a Fit job: it brings a rule to its budget on the cell's weights.
func (w *worker) fit(j *Job) error {
	c := j.cell
	weights, err := w.weightsOf(c)
	if err != nil {
		return err
	}
	e, err := model.New(w.device, weights)
	if err != nil {
		return err
	}
	defer e.Close()
	rule, err := w.start(c)
	if err != nil {
		return err
	}
	rule, _, err = recipe.ToBudget(e, rule, w.subject.held, c.Budget)
	var not *recipe.Unreachable
	if errors.As(err, &not) {
		if rule, err = not.Rule, nil; !recipe.Depths(rule) { // of those it was said before
			w.say("measured at its nearest setting: %s at %s: %v", c.method, c.budget, not)
		}
	}
	if err != nil {
		return err
	}
	return w.store.Note(j.Key, &recipe.Outcome{}, rule)
}

// weightsOf returns a cell's weights, if a job has made them.
func (w *worker) weightsOf(c *cell) (*model.Checkpoint, error) {
	if c.weights != nil {
		return c.weights()
	}
	base, err := w.baseOf(c)
	if err != nil || c.trained == "" {
		return base, err
	}
	if !w.store.Has(c.trained) {
		return nil, w.missing(c.trained)
	}
	if err := w.store.Verify(c.trained); err != nil {
		return nil, err
	}
	return recipe.Apply(base, w.store.Files(), c.trained)
}
