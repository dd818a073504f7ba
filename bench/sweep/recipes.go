package sweep

import (
	"fmt"

	"ltpbench/bench/plan"
	"ltpbench/bench/recipe"
	"ltpbench/internal/ragged"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

func (w *worker) baseRecipe(seed uint64) recipe.Recipe {
	r, t := w.common(seed), &w.plan.Training
	r.Epochs, r.LearningRate, r.Examples, r.Freeze, r.Teacher, r.Hidden, r.Curriculum = t.BaseEpochs, t.BaseLearningRate, 0, train.Nothing, "", 0, ""
	return r
}

func (w *worker) common(seed uint64) recipe.Recipe {
	return recipe.Recipe{Model: w.subject.name, Task: w.subject.corpus.task.Name, MaxLength: w.subject.longest, Seed: seed, Settings: w.plan.Training.Settings}
}

// recipe is how a cell's weights are made.
func (w *worker) recipe(c *cell) recipe.Recipe {
	rule := c.Method.Rule(c.Seed)
	if c.Method.Budgeted {
		rule = pruners.Trained(rule)
		rule = pruners.Start(rule, ragged.Tokens(w.subject.held), len(w.subject.held))
	}
	r := w.common(c.Seed)
	r.Settings, r.Stages = w.plan.Recipe(c.Method.Name)
	r.Delta, r.Pruner, r.Budget = true, rule.Spec().String(), c.Budget
	if w.shared(c) {
		r.Budget = 0
	}
	r.Learn = pruners.RuleOf(rule).Trains(pruners.Soft) && c.Method.Budgeted
	if r.Taught() {
		r.Teacher = plan.Base
	}
	return r.Sized(len(w.subject.corpus.train))
}

// check reports what a plan's cells cannot be on the subject, before anything is written.
func (s *subject) check(p *plan.Plan) error {
	cells, _, _, err := s.cells(p)
	if err != nil {
		return err
	}
	return (&worker{plan: p, subject: s, cells: cells}).check()
}

// check reports how cells cannot be trained.
func (w *worker) check() error {
	for _, c := range w.cells {
		if c.known || !c.Tuned {
			continue
		}
		r := w.recipe(c)
		if err := r.CheckSteps(len(w.subject.corpus.train)); err != nil {
			return fmt.Errorf("method %s: %w", c.method, err)
		}
	}
	return nil
}

// shared reports whether one training makes the weights of a cell's method at all budgets.
func (w *worker) shared(c *cell) bool {
	return c.Tuned && c.Method.Budgeted && pruners.RuleOf(pruners.Trained(c.Method.Rule(c.Seed))).Trains(pruners.Lengths)
}

// teacher loads a recipe's teacher into its input.
func (w *worker) teacher(r *recipe.Recipe, in *recipe.Input) error {
	switch r.Teacher {
	case "":
		return nil
	case plan.Base:
		in.Teacher, in.TeacherTokenizer = in.Weights, in.Tokenizer
		return nil
	}
	if w.teacherIn == nil {
		dir, err := plan.Path(r.Teacher)
		if err != nil {
			return err
		}
		w.teacherIn = &recipe.Input{}
		if err := (&recipe.Recipe{Settings: recipe.Settings{Teacher: dir}}).LoadTeacher(w.teacherIn); err != nil {
			return err
		}
		w.teacherHash = w.teacherIn.Teacher.Hash()
	}
	in.Teacher, in.TeacherTokenizer = w.teacherIn.Teacher, w.teacherIn.TeacherTokenizer
	return nil
}

// steps is how many a recipe takes in all.
func (w *worker) steps(r recipe.Recipe) int {
	n := len(w.subject.corpus.train)
	if r.Examples > 0 {
		n = min(n, r.Examples)
	}
	if r.BatchTokens > 0 {
		return max(1, w.tokens(r)/r.BatchTokens)
	}
	return r.Steps((n + r.Batch - 1) / r.Batch)
}

// tokens is how many a recipe trains on in all, roughly: texts are taken to be as
// long as the held-out ones.
func (w *worker) tokens(r recipe.Recipe) int {
	n := len(w.subject.corpus.train)
	if r.Examples > 0 {
		n = min(n, r.Examples)
	}
	return r.TotalEpochs() * n * ragged.Tokens(w.subject.held) / len(w.subject.held)
}
