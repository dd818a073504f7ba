package recipe

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ltpbench/bench/eval"
	"ltpbench/bench/text"
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// maker is a recipe being carried out.
type maker struct {
	Recipe
	d           hw.Backward
	in          *Input
	watch       Watch
	id          identity
	resume      *saved // what is to be gone on from; nil once the run is there
	checkpoint  *model.Checkpoint
	tokenizer   *tokenize.Tokenizer
	examples    []train.Example
	heldOut     []ragged.Sequence
	truth       []float64      // of held
	teacher     *model.Encoder // nil without one
	teacherRows bool           // an objective reads the teacher's rows
	saliency    bool           // an objective reads its saliency
	rule        pruners.Pruner
	changed     map[string]bool         // tensors that stages have changed
	factors     map[string]model.Tensor // of matrices that were cut
	out         Outcome
	begin       time.Time
}

// Make carries the recipe out on a device. When ctx ends, the step under way is
// finished, the state kept if w specifies where, and the error is a *Stopped.
func (c Recipe) Make(ctx context.Context, d hw.Backward, in *Input, w Watch) (*Made, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	c = c.Effective().Sized(len(in.Texts))
	m := &maker{Recipe: c, d: d, in: in, watch: w, tokenizer: in.Tokenizer, changed: map[string]bool{}, begin: time.Now()}
	m.id = identity{Recipe: c.Identity(), Weights: in.Weights.Hash(), Config: in.Weights.Config.Identity(), Data: text.HashLists(in.Texts, in.HeldOut), Numerics: train.Numerics(d)}
	if in.Teacher != nil {
		m.id.Teacher = in.Teacher.Hash()
	}
	m.out = Outcome{Recipe: c, Dropped: in.Dropped, From: m.id.Weights, Data: m.id.Data, Machine: describe(d)}
	var err error
	if m.resume, err = readState(w.State, m.id); err != nil {
		return nil, err
	}
	defer func() {
		if m.teacher != nil {
			m.teacher.Close()
		}
	}()
	if err := m.prepare(); err != nil {
		return nil, err
	}
	if err := m.stages(ctx); err != nil {
		return nil, err
	}
	made := &Made{Outcome: m.out, Weights: m.checkpoint, Tokenizer: m.tokenizer}
	if made.delta, err = m.delta(); err != nil {
		return nil, err
	}
	if made.delta != nil { // what is measured is what is stored
		if made.Weights, err = apply(in.Weights, made.delta, deltaFile); err != nil {
			return nil, err
		}
	}
	m.checkpoint = made.Weights
	if err := m.toBudget(m.heldOut); err != nil {
		return nil, err
	}
	if len(m.heldOut) > 0 {
		e, err := model.New(d, m.checkpoint)
		if err != nil {
			return nil, err
		}
		defer e.Close()
		if m.out.HeldOut, err = score(e, m.rule, m.heldOut, m.truth); err != nil {
			return nil, err
		}
	}
	m.out.Pruner, m.out.Learned, m.out.Weights = m.rule.Spec().String(), pruners.StateOf(m.rule).Hash(), m.checkpoint.Hash()
	m.out.Seconds += time.Since(m.begin).Seconds()
	made.Outcome, made.Rule = m.out, m.rule
	return made, nil
}

// prepare makes the model that the stages begin with, and its examples.
func (m *maker) prepare() error {
	m.checkpoint = m.in.Weights.Clone()
	task := m.in.Task
	if m.checkpoint.Config.Labels == 0 {
		if m.Delta || m.rank() > 0 {
			return errors.New("a delta needs a model that has a classifier already; fine-tune it first")
		}
		m.checkpoint.InitHead(max(1, len(task.Labels)), m.Seed)
		m.checkpoint.Config.LabelNames = task.Labels
		if task.Regression() {
			m.checkpoint.Config.Problem = model.Regression
		}
	}
	if task.Several {
		m.checkpoint.Config.Problem = model.MultiLabel
	}
	rest, held := m.in.split(&m.Recipe)
	if len(rest) == 0 {
		return errors.New("the training text is too short: one example is held out, and none is left to learn from")
	}
	m.out.Training = len(rest)
	var err error
	if m.Vocabulary {
		if m.tokenizer, err = CutVocabulary(m.checkpoint, m.tokenizer, rest); err != nil {
			return err
		}
	}
	if m.examples, m.out.Truncated, err = Tokenize(m.tokenizer, task, rest, m.MaxLength); err != nil {
		return err
	}
	if m.heldOut, _, err = text.Tokenize(m.tokenizer, task, held, m.MaxLength); err != nil {
		return err
	}
	m.truth = task.Truth(held)
	if m.Units > 0 {
		if err := m.cutUnits(); err != nil {
			return err
		}
	}
	if err := m.fits(); err != nil {
		return err
	}
	return m.teach(rest)
}

// teach gives the examples the teacher's answers.
func (m *maker) teach(texts []text.Example) error {
	if m.in.Teacher == nil {
		return nil
	}
	var err error
	if m.saliency { // which takes gradients
		m.teacher, err = model.NewTrainable(m.d, m.in.Teacher)
	} else {
		m.teacher, err = model.New(m.d, m.in.Teacher)
	}
	if err != nil {
		return err
	}
	all, _, err := text.Tokenize(m.in.TeacherTokenizer, m.in.Task, texts, m.MaxLength)
	if err != nil {
		return err
	}
	for i, x := range all {
		if m.teacherRows && len(x.IDs) != len(m.examples[i].IDs) {
			return fmt.Errorf("teacher: example %d has %d tokens, and %d for the teacher, so that the rows that an objective compares do not correspond; take a teacher of the same vocabulary", i+1, len(m.examples[i].IDs), len(x.IDs))
		}
		m.examples[i].TeacherIDs = x.IDs
	}
	r := eval.NewRunner(m.teacher, pruners.None{}, model.Options{})
	defer r.Close()
	return r.Each(context.Background(), all, func(i int, x eval.Result) {
		m.examples[i].Teacher = x.Logits
		train.Probabilities(&m.checkpoint.Config, m.examples[i].Teacher)
	})
}
