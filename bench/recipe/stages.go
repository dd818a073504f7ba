package recipe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// order of the stages. A plain fine-tuning is a hard stage whose rule is none.
var order = []string{"soft", "hard", "cut"}

// stages runs the soft and the hard stage, or one hard one, and what follows a cut.
func (m *maker) stages(ctx context.Context) error {
	var err error
	if m.rule, err = m.Recipe.rule(); err != nil {
		return err
	}
	if s := m.resume; s != nil {
		if m.rule, err = pruners.Parse(s.Rule); err != nil {
			return err
		}
		if m.rule, err = pruners.WithState(m.rule, stateOf(s.take("rule/"), "")); err != nil {
			return fmt.Errorf("%s: %w", m.watch.State, err)
		}
		m.out = s.Outcome
		for name, t := range s.take("fixed/") {
			m.checkpoint.Tensors[name], m.changed[name] = t, true
		}
		m.factors = s.take("factor/")
	}
	o := train.Options{LearningRate: m.Rate, WeightDecay: m.Decay, MaxGradNorm: m.Clip, Dropout: m.Dropout, Seed: m.Seed, Freeze: m.Freeze, Teacher: m.teacher}
	if m.resume == nil && (m.Steer || !m.Learn) {
		given, before := m.rule, 0.0
		if m.Steer {
			if before, err = m.ratio(given); err != nil {
				return err
			}
		}
		if err := m.toBudget(m.held[:min(len(m.held), between)]); err != nil {
			return err
		}
		if before > m.Budget {
			// A soft stage is not to begin with a rule that drops more than the one given:
			// it would mask nearly all from its first step on.
			m.rule, m.out.Settings = given, nil
		}
	}
	if m.Learn && !m.past("soft") {
		c := &m.checkpoint.Config
		soft, pass := o, train.Pass{}
		if pass.Learner, _, err = pruners.Learn(m.rule, pruners.LearnOptions{Layers: c.Layers, Heads: c.Heads, Width: c.Width, Temperature: m.Temperature, Seed: m.Seed}); err != nil {
			return err
		}
		soft.LearnerRate = m.LearnerRate
		var control train.Controller
		if m.Steer {
			control = train.BudgetWeight(m.Lambda, m.Budget)
		}
		over := cmp.Or(m.Over, train.Real)
		pass.Terms = append(m.terms(), train.MaskTerm(m.Lambda, over, control))
		soft.Passes = []train.Pass{pass}
		if err := m.fit(ctx, "soft", soft, m.Epochs, 0); err != nil {
			return err
		}
		m.rule = pass.Learner.Pruner()
		if err := m.toBudget(m.held[:min(len(m.held), between)]); err != nil {
			return err
		}
	}
	pruning := m.rule.Spec().Name != "none"
	o.Passes = []train.Pass{m.hard(pruning)}
	if !m.past("hard") {
		epochs := m.Epochs
		if pruning && !m.Learn { // the steps of both stages at once
			epochs *= 2
		}
		if err := m.fit(ctx, "hard", o, epochs, 1); err != nil {
			return err
		}
	}
	if m.Rank == 0 {
		return nil
	}
	if len(m.factors) == 0 {
		if err := m.cut(); err != nil {
			return err
		}
		if err := m.toBudget(m.held[:min(len(m.held), between)]); err != nil {
			return err
		}
	}
	o.Passes = []train.Pass{m.hard(pruning)}
	o.Freeze, o.LearningRate = train.Products, m.CutRate
	return m.fit(ctx, "cut", o, m.Epochs, 2)
}

// hard is a pass in which the rule drops tokens, if it drops any.
func (m *maker) hard(pruning bool) train.Pass {
	p := train.Pass{Terms: m.terms()}
	if !pruning {
		return p
	}
	p.Pruner = m.rule
	if _, scales := pruners.As[pruners.Scaler](m.rule); scales && m.Steer {
		p.Steer = train.BudgetFactor(m.Budget)
	}
	return p
}

// terms are what every stage aims at.
func (m *maker) terms() []train.Term {
	terms := []train.Term{train.TaskTerm(&m.checkpoint.Config)}
	if m.teacher != nil {
		terms[0] = train.DistilTerm()
	}
	if m.Hidden != 0 {
		terms = append(terms, train.HiddenTerm(m.Hidden))
	}
	return terms
}

// ratio is the relative `paper` FLOPs that a rule needs on the weights as they are.
func (m *maker) ratio(rule pruners.Pruner) (float64, error) {
	e, err := model.New(m.d, m.checkpoint)
	if err != nil {
		return 0, err
	}
	return Ratio(e, rule, m.held[:min(len(m.held), between)])
}

// past reports whether the run goes on from a later stage.
func (m *maker) past(stage string) bool {
	return m.resume != nil && slices.Index(order, m.resume.Stage) > slices.Index(order, stage)
}

// fit runs one stage, from its beginning or from where it was stopped, and stores its weights.
func (m *maker) fit(ctx context.Context, stage string, o train.Options, epochs int, turn uint64) error {
	e, err := model.NewTrainable(m.d, m.checkpoint)
	if err != nil {
		return err
	}
	batching := train.Batching{Epochs: epochs, Batch: m.Batch, Tokens: m.Tokens, Seed: m.Seed<<2 | turn}
	t, err := train.Prepare(e, m.examples, batching, o)
	if err != nil {
		return err
	}
	if m.resume != nil {
		if err := t.Resume(&m.resume.State); err != nil {
			return fmt.Errorf("%s: %w", m.watch.State, err)
		}
		m.resume = nil
	}
	begin, kept := time.Now(), time.Now()
	now := Progress{Stage: stage, Step: t.Done(), Steps: t.Steps()}
	err = t.Fit(ctx, m.examples, batching, func(r train.Result) error {
		now.Step, now.Result, now.Elapsed = t.Done(), r, time.Since(begin)
		if m.watch.Progress != nil {
			m.watch.Progress(now)
		}
		if m.watch.State == "" || time.Since(kept) < m.every() {
			return nil
		}
		kept = time.Now()
		return m.keep(t, stage)
	})
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		if m.watch.State != "" {
			if err := m.keep(t, stage); err != nil {
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
	if stage == "soft" {
		m.out.Lambda = t.Weight("mask")
	} else if t.Pruner() != nil {
		m.rule = t.Pruner()
	}
	for _, x := range m.examples {
		m.out.Tokens += epochs * len(x.IDs)
	}
	return t.Store(m.checkpoint)
}

func (m *maker) every() time.Duration {
	if m.watch.Every > 0 {
		return m.watch.Every
	}
	return 2 * time.Minute
}

// keep writes where the run stands.
func (m *maker) keep(t *train.Trainer, stage string) error {
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

// between is how many held-out examples a rule is brought to the budget on while
// training goes on; the last time it is all of them.
const between = 400

// toBudget brings the rule to the budget on the held-out text, if there is one. A
// budget that cannot be had is an error before the first step; after it the
// nearest rule is taken, and the outcome says so.
func (m *maker) toBudget(held []ragged.Sequence) error {
	if m.Budget == 0 {
		return nil
	}
	e, err := model.New(m.d, m.checkpoint)
	if err != nil {
		return err
	}
	set := Setting{From: described(m.rule), Step: m.out.Steps, Examples: len(held)}
	var rule pruners.Pruner
	rule, set.Paper, err = ToBudget(e, m.rule, held, m.Budget)
	var not *Unreachable
	if errors.As(err, &not) && m.out.Steps > 0 {
		rule, set.Warning = not.Rule, not.Error()
	} else if err != nil {
		return fmt.Errorf("budget %v on %d held-out examples: %w", m.Budget, len(held), err)
	}
	m.rule, set.To = rule, described(rule)
	m.out.Settings = append(m.out.Settings, set)
	return nil
}
