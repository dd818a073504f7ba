package recipe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// fit runs one stage, from its beginning or from where it was stopped, and stores its weights.
func (m *maker) fit(ctx context.Context, list []Stage, i int, o train.Options) error {
	epochs := cmp.Or(list[i].Epochs, m.Epochs)
	e, err := model.NewTrainable(m.d, m.checkpoint)
	if err != nil {
		return err
	}
	defer e.Close()
	batching := train.Batching{Epochs: epochs, Batch: m.Batch, Tokens: m.BatchTokens, Seed: order(list, i, m.Seed), Passes: list[i].counted()}
	t, err := train.Prepare(e, m.examples, batching, o)
	if err != nil {
		return err
	}
	defer t.Close()
	if m.resume != nil {
		if err := t.Resume(&m.resume.State); err != nil {
			return fmt.Errorf("%s: %w", m.watch.State, err)
		}
		m.resume = nil
	}
	begin, kept := time.Now(), time.Now()
	now := Progress{Stage: list[i].Name, Step: t.Done(), Steps: t.Steps()}
	err = t.Fit(ctx, m.examples, batching, func(r train.Result) error {
		now.Step, now.Result, now.Elapsed = t.Done(), r, time.Since(begin)
		if m.watch.Progress != nil {
			m.watch.Progress(now)
		}
		if m.watch.State == "" || time.Since(kept) < m.every() {
			return nil
		}
		kept = time.Now()
		return m.keep(t, i)
	})
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		if m.watch.State != "" {
			if err := m.keep(t, i); err != nil {
				return err
			}
		}
		return &Stopped{now, m.watch.State, err}
	}
	if err != nil {
		return err
	}
	for _, p := range t.Params() {
		m.changed[p.Name] = true
	}
	m.out.Steps += t.Steps()
	if lambda, ok := t.Penalty(); ok {
		m.out.Lambda = lambda
	}
	for _, f := range t.Figures() {
		m.out.Figures = append(m.out.Figures, Figure{list[i].Name, f})
	}
	if t.Pruner() != nil {
		m.rule = t.Pruner()
	}
	m.out.Tokens += t.Tokens(m.examples, batching)
	return t.Store(m.checkpoint)
}

func (m *maker) every() time.Duration {
	if m.watch.Every > 0 {
		return m.watch.Every
	}
	return 2 * time.Minute
}

// keep writes where the run stands.
func (m *maker) keep(t *train.Trainer, stage int) error {
	state, err := t.State()
	if err != nil {
		return err
	}
	s := &saved{identity: m.id, Stage: stage, Rule: m.rule.Spec().String(), Outcome: m.out, State: *state}
	s.Outcome.Seconds += time.Since(m.begin).Seconds()
	learning := map[string]bool{}
	for _, p := range t.Params() {
		learning[p.Name] = true
	}
	for name := range maps.Keys(m.changed) {
		if !learning[name] {
			s.Tensors["fixed/"+name] = m.checkpoint.Tensors[name]
		}
	}
	for name, f := range m.factors {
		s.Tensors["factor/"+name] = f
	}
	maps.Copy(s.Tensors, tensorsOf(pruners.StateOf(m.rule), "rule/"))
	return s.write(m.watch.State)
}
