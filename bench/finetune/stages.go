package finetune

import (
	"errors"
	"fmt"
	"io"
	"time"

	"ltpbench/hw"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// maker is a recipe being carried out.
type maker struct {
	Recipe
	d              hw.Backward
	log            io.Writer
	checkpoint     *model.Checkpoint
	examples, held []train.Example
	out            *Outcome
	learnt         []string // names of the tensors that the last stage changed
}

// prepare cuts the feed-forward and fetches the teacher's targets; texts are the
// examples in a tokenizer's vocabulary.
func (m *maker) prepare(texts func(*tokenize.Tokenizer) ([]train.Example, error)) error {
	if m.Units > 0 {
		if err := m.cutUnits(); err != nil {
			return err
		}
	}
	if m.Teacher == "" {
		return nil
	}
	teacher, err := model.Load(m.Teacher)
	if err != nil {
		return err
	}
	e, err := model.New(m.d, teacher)
	if err != nil {
		return err
	}
	fmt.Fprintln(m.log, "teacher: reading", len(m.examples), "examples")
	words, err := tokenize.Load(m.Teacher)
	if err != nil {
		return err
	}
	all, err := texts(words)
	if err != nil {
		return err
	}
	return each(e, pruners.None{}, all, model.Options{}, func(i int, logits []float32, r *model.Run, at int) {
		m.examples[i].Target = softmax(logits)
	})
}

// stages runs the soft and the hard stage, or one plain one.
func (m *maker) stages() error {
	o := train.Options{Rate: m.Rate, Decay: m.Decay, Clip: m.Clip, Dropout: m.Dropout, Seed: m.Seed, Freeze: m.Freeze}
	var rule pruners.Pruner = pruners.None{}
	if m.Pruner != "" {
		var err error
		if rule, err = pruners.Parse(m.Pruner); err != nil {
			return err
		}
	}
	if m.Learn {
		learnable, ok := rule.(pruners.Learnable)
		if !ok {
			return fmt.Errorf("pruner %s has nothing to learn; leave --learn out", m.Pruner)
		}
		c := &m.checkpoint.Config
		learner, err := learnable.Learn(pruners.LearnOptions{Layers: c.Layers, Heads: c.Heads, Width: c.Width, Temperature: m.Temperature, Seed: m.Seed})
		if err != nil {
			return err
		}
		soft := o
		soft.Learner, soft.Lambda, soft.LearnerRate = learner, m.Lambda, m.LearnerRate
		if err := m.fit("soft", soft, 0); err != nil {
			return err
		}
		if rule, err = m.scaled(learner.Pruner()); err != nil {
			return err
		}
	}
	hard := o
	if _, none := rule.(pruners.None); !none {
		hard.Pruner = rule
	}
	// A rule that is not learned gets the steps of both stages at once.
	epochs := m.Epochs
	if hard.Pruner != nil && !m.Learn {
		epochs *= 2
	}
	m.Epochs = epochs
	if err := m.fit("hard", hard, 1); err != nil {
		return err
	}
	rule, err := m.scaled(rule)
	if err != nil {
		return err
	}
	m.out.Pruner = rule.Spec().String()
	e, err := model.New(m.d, m.checkpoint)
	if err != nil {
		return err
	}
	m.out.HeldOut, err = Evaluate(e, rule, m.held)
	return err
}

// fit runs one stage and stores its weights.
func (m *maker) fit(name string, o train.Options, order uint64) error {
	e, err := model.NewTrainable(m.d, m.checkpoint)
	if err != nil {
		return err
	}
	begin, seen := time.Now(), 0
	t, err := train.Fit(e, m.examples, train.Schedule{Epochs: m.Epochs, Batch: m.Batch, Seed: m.Seed<<1 | order}, o, func(step, steps int, r train.Result) {
		m.out.Steps++
		if step%100 == 0 || step == steps {
			fmt.Fprintf(m.log, "%s %d/%d loss %.4f task %.4f reg %.3f %.0fs\n", name, step, steps, r.Loss, r.Task, r.Regulariser, time.Since(begin).Seconds())
		}
	})
	if err != nil {
		return err
	}
	m.learnt = m.learnt[:0]
	for _, p := range t.Params() {
		m.learnt = append(m.learnt, p.Name)
	}
	for _, x := range m.examples {
		seen += len(x.IDs)
	}
	m.out.Tokens += seen * m.Epochs
	return t.Store(m.checkpoint)
}

// scaled scales a threshold rule so that the held-out text needs the budget.
func (m *maker) scaled(rule pruners.Pruner) (pruners.Pruner, error) {
	threshold, ok := rule.(pruners.Threshold)
	if !ok || m.Budget == 0 {
		return rule, nil
	}
	e, err := model.New(m.d, m.checkpoint)
	if err != nil {
		return nil, err
	}
	low, high := float32(0), float32(16)
	for range 14 {
		middle := (low + high) / 2
		s, err := Evaluate(e, threshold.Scaled(middle), m.held)
		if err != nil {
			return nil, err
		}
		if s.Paper > m.Budget {
			low = middle
		} else {
			high = middle
		}
	}
	if high == 16 {
		return nil, errors.New("no scale of the thresholds reaches the budget; learn with a higher lambda")
	}
	m.out.Scale = high
	return threshold.Scaled(high), nil
}
