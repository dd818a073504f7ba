package sweep

import (
	"context"
	"errors"
	"fmt"

	"ltpbench/bench/plan"
	"ltpbench/bench/recipe"
	"ltpbench/hw"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// maker makes the weights and rules of a subject's points, or finds them in the store.
type maker struct {
	*subject
	plan   *plan.Plan
	device hw.Device
	store  store
	// step hears of each step of a training, and of how many tokens it was.
	step func(what string, tokens int)
	// skip hears how many tokens of training were found to be done already.
	skip   func(tokens int)
	bases  map[uint64]*model.Checkpoint
	hashes map[*model.Checkpoint]string
	// teacherIn holds the teacher that the plan names, once it is loaded.
	teacherIn *recipe.Input
}

// base returns the unpruned model of a seed: the given one, or that fine-tuned if it
// has no head.
func (m *maker) base(ctx context.Context, seed uint64) (*model.Checkpoint, error) {
	if !m.untrained() {
		return m.weights, nil
	}
	if c := m.bases[seed]; c != nil {
		return c, nil
	}
	r := m.baseRecipe(seed)
	name := m.key(r.Identity(), m.weights)
	if m.store.has(name) {
		m.skip(m.tokens(r))
	} else if err := m.train(ctx, r, m.weights, name, fmt.Sprintf("base, seed %d", seed)); err != nil {
		return nil, err
	}
	c, err := model.Load(m.store.path(name))
	if err == nil {
		m.bases[seed] = c
	}
	return c, err
}

// rule makes the cell's rule and weights known.
func (m *maker) rule(ctx context.Context, c *cell) error {
	if c.known {
		return nil
	}
	base, err := m.base(ctx, c.Seed)
	if err != nil {
		return err
	}
	if !c.Tuned {
		return m.fit(c, base)
	}
	r, err := m.recipe(c)
	if err != nil {
		return err
	}
	name, err := m.recipeKey(r, base)
	if err != nil {
		return err
	}
	if m.store.has(name) {
		m.skip(m.tokens(r))
	} else if err := m.train(ctx, r, base, name, c.String()); err != nil {
		return err
	}
	o, err := m.store.outcome(name)
	if err != nil {
		return err
	}
	c.weights = func() (*model.Checkpoint, error) { return recipe.Apply(base, m.store.files(), name) }
	c.rule, err = o.Rule(m.store.files(), name)
	c.known = err == nil
	return err
}

// load returns a known cell's weights.
func (m *maker) load(ctx context.Context, c *cell) (*model.Checkpoint, error) {
	if c.weights != nil {
		return c.weights()
	}
	return m.base(ctx, c.Seed)
}

// fit brings a rule to its budget on the base's weights.
func (m *maker) fit(c *cell, base *model.Checkpoint) error {
	start := c.Method.Rule(c.Seed).Spec().String()
	name := m.key(fmt.Sprintf("fit %s to %v", start, c.Budget), base)
	o, err := m.store.outcome(name)
	if errors.Is(err, errAbsent) {
		var e *model.Encoder
		if e, err = model.New(m.device, base); err != nil {
			return err
		}
		var rule pruners.Pruner
		rule, _, err = recipe.ToBudget(e, c.Method.Rule(c.Seed), m.held, c.Budget)
		var not *recipe.Unreachable
		if errors.As(err, &not) {
			rule, err = not.Rule, nil
		}
		if err != nil {
			return err
		}
		o = &recipe.Outcome{Pruner: rule.Spec().String()}
		err = m.store.note(name, o)
	}
	if err != nil {
		return err
	}
	c.rule, err = pruners.Parse(o.Pruner)
	c.known = err == nil
	return err
}

// train carries a recipe out and stores what it gave.
func (m *maker) train(ctx context.Context, r recipe.Recipe, from *model.Checkpoint, name, what string) error {
	d, ok := m.device.(hw.Backward)
	if !ok {
		return fmt.Errorf("device %s cannot train; fine-tune on another one, and sweep without training text here", m.device.Info().Name)
	}
	perStep := m.tokens(r) / max(1, m.steps(r))
	w := recipe.Watch{State: m.store.partial(name), Every: keepEvery, Progress: func(p recipe.Progress) {
		m.step("fine-tuning "+what+": "+p.String(), perStep)
	}}
	in := &recipe.Input{Weights: from, Words: m.words, Task: m.text.task, Texts: m.text.train, Held: m.text.held}
	if err := m.teacher(&r, in); err != nil {
		return err
	}
	made, err := r.Make(ctx, d, in, w)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := m.store.save(name, made); err != nil {
		return err
	}
	return w.Forget()
}

func (m *maker) baseRecipe(seed uint64) recipe.Recipe {
	r, t := m.common(seed), &m.plan.Training
	r.Epochs, r.LearningRate, r.Examples, r.Freeze, r.Teacher, r.Hidden = t.BaseEpochs, t.BaseLearningRate, 0, train.Nothing, "", 0
	return r
}

func (m *maker) common(seed uint64) recipe.Recipe {
	return recipe.Recipe{Model: m.name, Task: m.text.task.Name, MaxLength: m.longest, Seed: seed, Settings: m.plan.Training.Settings}
}

// recipe is how a point's weights are made.
func (m *maker) recipe(c *cell) (recipe.Recipe, error) {
	rule := c.Method.Rule(c.Seed)
	if c.Method.Free {
		tokens := 0
		for _, x := range m.held {
			tokens += len(x.IDs)
		}
		rule = pruners.Start(rule, tokens, len(m.held))
	}
	r := m.common(c.Seed)
	r.Difference, r.Pruner, r.Budget, r.Stages = true, rule.Spec().String(), c.Budget, m.plan.Stages
	r.Learn = pruners.RuleOf(rule).Trains(pruners.Soft) && c.Method.Free
	return r.Sized(len(m.text.train)), nil
}

// teacher loads a recipe's teacher into its input.
func (m *maker) teacher(r *recipe.Recipe, in *recipe.Input) error {
	switch r.Teacher {
	case "":
		return nil
	case plan.Base:
		in.Teacher, in.TeacherWords = in.Weights, in.Words
		return nil
	}
	if m.teacherIn == nil {
		dir, err := plan.Path(r.Teacher)
		if err != nil {
			return err
		}
		m.teacherIn = &recipe.Input{}
		if err := (&recipe.Recipe{Settings: recipe.Settings{Teacher: dir}}).LoadTeacher(m.teacherIn); err != nil {
			return err
		}
	}
	in.Teacher, in.TeacherWords = m.teacherIn.Teacher, m.teacherIn.TeacherWords
	return nil
}

// steps is how many a recipe takes in all.
func (m *maker) steps(r recipe.Recipe) int {
	n := len(m.text.train)
	if r.Examples > 0 {
		n = min(n, r.Examples)
	}
	if r.BatchTokens > 0 {
		return max(1, m.tokens(r)/r.BatchTokens)
	}
	return r.TotalEpochs() * ((n + r.Batch - 1) / r.Batch)
}

// tokens is how many a recipe trains on in all, roughly: texts are taken to be as
// long as the held-out ones.
func (m *maker) tokens(r recipe.Recipe) int {
	rows := 0
	for _, x := range m.held {
		rows += len(x.IDs)
	}
	n := len(m.text.train)
	if r.Examples > 0 {
		n = min(n, r.Examples)
	}
	return r.TotalEpochs() * n * rows / len(m.held)
}
