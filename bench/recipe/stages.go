package recipe

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// stages runs the recipe's stages, from the first or from where the run was stopped.
func (m *maker) stages(ctx context.Context) error {
	var err error
	if m.rule, err = m.Recipe.rule(); err != nil {
		return err
	}
	if m.Learn {
		if m.rule, err = pruners.Begin(m.rule, m.learning()); err != nil {
			return err
		}
	}
	begin := 0
	if s := m.resume; s != nil {
		if m.rule, err = pruners.Parse(s.Rule); err != nil {
			return err
		}
		if m.rule, err = pruners.WithState(m.rule, stateOf(s.take("rule/"), "")); err != nil {
			return fmt.Errorf("%s: %w", m.watch.State, err)
		}
		begin, m.out = s.Stage, s.Outcome
		for name, t := range s.take("fixed/") {
			m.checkpoint.Tensors[name], m.changed[name] = t, true
		}
		m.factors = s.take("factor/")
	} else if aiming, ok := pruners.As[pruners.Aiming](m.rule); ok && m.Learn && m.Budget > 0 {
		if err := m.aim(aiming); err != nil {
			return err
		}
	} else if m.Learn && m.beginsWhole() {
		// it begins with all tokens, and has nothing yet that a budget could set
	} else if (m.steers() || !m.Learn || m.firm()) && !m.lengths() { // the training of one that is serves every budget
		given, before := m.rule, 0.0
		if m.steers() {
			if before, err = m.ratio(given); err != nil {
				return err
			}
		}
		if err := m.toBudget(m.heldOut[:min(len(m.heldOut), between)]); err != nil {
			return err
		}
		if before > m.Budget && !m.firm() {
			// A soft stage is not to begin with a rule that drops more than the one given:
			// it would mask nearly all from its first step on.
			m.rule, m.out.Settings = given, nil
		}
	}
	list := m.List()
	for i := begin; i < len(list); i++ {
		if err := m.stage(ctx, list, i); err != nil {
			return err
		}
	}
	return nil
}

// firm reports whether the rule drops as much while it learns as later, as one that makes
// new rows does: it learns for the budget from the first step on.
func (m *maker) firm() bool {
	_, merges := pruners.As[pruners.Merger](m.rule)
	_, learns := pruners.As[pruners.Learnable](m.rule)
	return merges && learns
}

// beginsWhole reports whether the rule learns decisions before attention by networks, which
// begin with all tokens: only when they have learned something can a budget set anything.
func (m *maker) beginsWhole() bool {
	_, predicts := pruners.As[pruners.Predictor](m.rule)
	l, _, err := pruners.Learn(m.rule, m.learning())
	_, keys := pruners.LearnerAs[pruners.KeyLearner](l)
	return predicts && keys && err == nil
}

// aim has a rule's training aim at the budget.
func (m *maker) aim(rule pruners.Aiming) error {
	m.rule = rule.Aim()
	if err := m.toBudget(m.heldOut[:min(len(m.heldOut), between)]); err != nil {
		return err
	}
	m.rule = rule.Aimed(m.rule)
	return nil
}

// stage runs stage i of a list.
func (m *maker) stage(ctx context.Context, list []Stage, i int) error {
	s := list[i]
	if s.Rank > 0 && len(m.factors) == 0 {
		if err := m.cut(s.Rank); err != nil {
			return err
		}
		if err := m.toBudget(m.heldOut[:min(len(m.heldOut), between)]); err != nil {
			return err
		}
	}
	o, err := m.options(s)
	if err != nil {
		return err
	}
	var learner pruners.Learner
	for _, p := range o.Passes {
		if p.Learner != nil {
			learner = p.Learner
		}
	}
	if err := m.fit(ctx, list, i, o); err != nil || learner == nil {
		return err
	}
	m.rule = learner.Pruner()
	if m.Budget == 0 {
		return nil
	}
	learned, err := m.ratio(m.rule)
	if err == nil {
		err = m.toBudget(m.heldOut[:min(len(m.heldOut), between)])
	}
	if err == nil {
		m.out.Settings[len(m.out.Settings)-1].Learned = learned
	}
	return err
}

// options are what the trainer is to do in a stage.
func (m *maker) options(s Stage) (train.Options, error) {
	rate := cmp.Or(s.LearningRate, m.LearningRate)
	o := train.Options{
		LearningRate: rate, LearnerRate: cmp.Or(m.LearnerRate, rate), WeightDecay: m.WeightDecay, MaxGradNorm: m.MaxGradNorm,
		ClipTogether: m.ClipTogether, EpsFirst: m.EpsFirst, Dropout: m.Dropout, Seed: m.Seed, Freeze: cmp.Or(s.Freeze, m.Freeze), Teacher: m.teacher,
		Budget: m.Budget,
	}
	var err error
	if o.Schedule, err = train.ParseSchedule(cmp.Or(s.Schedule, m.Schedule)); err != nil {
		return o, err
	}
	if own := cmp.Or(s.LearnerSchedule, m.LearnerSchedule); own != "" {
		if o.LearnerSchedule, err = train.ParseSchedule(own); err != nil {
			return o, err
		}
	}
	if o.Curriculum, err = m.curriculum(&s); err != nil {
		return o, err
	}
	_, grows := o.Curriculum.(train.Grower)
	for _, p := range s.passes() {
		pass, err := m.pass(p)
		if err != nil {
			return o, err
		}
		if grows {
			pass.Steer = nil
		}
		o.Passes = append(o.Passes, pass)
	}
	return o, nil
}

// learning is what the rule needs to know to begin learning.
func (m *maker) learning() pruners.LearnOptions {
	c := &m.checkpoint.Config
	return pruners.LearnOptions{Layers: c.Layers, Heads: c.Heads, Width: c.Width, Temperature: m.Temperature, Seed: m.Seed}
}

// pass sets up one pass: the rule learns, prunes, or does nothing.
func (m *maker) pass(p Pass) (train.Pass, error) {
	made := train.Pass{Weight: p.Weight}
	learns := p.Rule == RuleLearns && m.Learn
	var err error
	if made.Terms, err = m.terms(p, learns); err != nil {
		return made, err
	}
	switch {
	case learns:
		made.Learner, _, err = pruners.Learn(m.rule, m.learning())
		return made, err
	case p.Rule == RuleRests || m.rule.Spec().Name == "none":
		return made, nil
	}
	made.Pruner = m.rule
	_, draws := pruners.As[pruners.Sampler](m.rule)
	made.Sample = p.Rule == RuleSamples && draws
	if _, scales := pruners.As[pruners.Scaler](m.rule); scales && m.steers() {
		made.Steer = train.BudgetFactor(m.Budget)
	}
	return made, nil
}

// ratio is the relative `paper` FLOPs that a rule needs on the weights as they are.
func (m *maker) ratio(rule pruners.Pruner) (float64, error) {
	e, err := model.New(m.d, m.checkpoint)
	if err != nil {
		return 0, err
	}
	defer e.Close()
	return Ratio(e, rule, m.heldOut[:min(len(m.heldOut), between)])
}

// between is how many held-out examples a rule is brought to the budget on while
// training continues; the last time it is all of them.
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
	defer e.Close()
	set := Setting{From: described(m.rule), Step: m.out.Steps, Examples: len(held)}
	var rule pruners.Pruner
	rule, set.Paper, err = ToBudget(e, m.rule, held, m.Budget)
	var not *Unreachable
	if errors.As(err, &not) && (m.out.Steps > 0 || Depths(m.rule)) {
		rule, set.Warning = not.Rule, not.Error()
	} else if err != nil {
		return fmt.Errorf("budget %v on %d held-out examples: %w", m.Budget, len(held), err)
	}
	m.rule, set.To = rule, described(rule)
	m.out.Settings = append(m.out.Settings, set)
	return nil
}
