package recipe

import (
	"cmp"
	"errors"
	"fmt"

	"ltpbench/internal/ragged"
	"ltpbench/internal/settings"
	"ltpbench/model/train"
)

// What a pruner does in a stage or pass.
const (
	// RuleLearns weighs rows by a soft mask whose parameters learn. Rules that have
	// nothing to learn drop rows instead, so that all methods take as many steps.
	RuleLearns = "learn"
	RulePrunes = "prune"   // drops rows for good
	RuleRests  = "nothing" // drops none
)

// Stage is one stage of a recipe: [[stage]] in a plan. What is left out is as the
// recipe's Settings have it.
type Stage struct {
	Name         string       `toml:"name" json:"name" comment:"Name in progress and error messages."`
	Rule         string       `toml:"rule" json:"rule" comment:"What the pruner does: learn (rules without parameters prune), prune, or nothing." enum:"learn,prune,nothing"`
	Epochs       int          `toml:"epochs" json:"epochs,omitempty" comment:"0: as in training." range:"[0,)"`
	LearningRate float32      `toml:"learning-rate" json:"learning_rate,omitempty" comment:"0: as in training." range:"[0,1)"`
	Schedule     string       `toml:"schedule" json:"schedule,omitempty" comment:"Empty: as in training."`
	Freeze       train.Freeze `toml:"freeze" json:"freeze,omitempty" comment:"Empty: as in training." enum:",nothing,embeddings,matrices,products"`
	// Objectives are terms of the loss. Empty: the task's own, or a teacher's answers
	// where there is one; hidden, if Settings weigh it; and mask where the rule learns.
	Objectives []string `toml:"objectives" json:"objectives,omitempty" comment:"Terms of the loss; see ltpbench ls objectives. Empty: the default ones."`
	Rank       int      `toml:"rank" json:"rank,omitempty" comment:"Before the stage, truncate the delta to this rank; 0: do not." range:"[0,)"`
	Passes     []Pass   `toml:"pass,omitempty" json:"passes,omitempty"`
}

// Pass is one of several passes that each step of a stage has: [[stage.pass]].
type Pass struct {
	Rule       string   `toml:"rule" json:"rule" enum:"learn,prune,nothing"`
	Objectives []string `toml:"objectives" json:"objectives,omitempty"`
	Weight     float32  `toml:"weight" json:"weight,omitempty" comment:"Weight of all terms; 0 stands for 1." range:"[0,1e6)"`
}

// List returns the recipe's stages. The usual ones: a rule that learns has a soft stage
// and a hard one; one that only drops rows a hard one of as many steps as both; no rule
// a plain one. With Rank another follows, in which what has learned is cut to it.
func (c *Recipe) List() []Stage {
	if len(c.Stages) > 0 {
		return c.Stages
	}
	hard := Stage{Name: "hard", Rule: RulePrunes, Epochs: c.Epochs}
	var list []Stage
	switch {
	case c.Learn:
		list = append(list, Stage{Name: "soft", Rule: RuleLearns, Epochs: c.softEpochs()}, hard)
	case c.Pruner != "" && c.Pruner != "none":
		hard.Epochs += c.softEpochs()
		list = append(list, hard)
	default:
		list = append(list, hard)
	}
	if c.Rank > 0 {
		list = append(list, Stage{Name: "cut", Rule: RulePrunes, LearningRate: c.CutRate, Freeze: train.Products, Rank: c.Rank})
	}
	return list
}

// TotalEpochs is how often all stages together go through the training text.
func (c *Recipe) TotalEpochs() int {
	sum := 0
	for _, s := range c.List() {
		sum += cmp.Or(s.Epochs, c.Epochs)
	}
	return sum
}

// rank is the rank that the recipe's delta is cut to; 0: none.
func (c *Recipe) rank() int {
	for _, s := range c.List() {
		if s.Rank > 0 {
			return s.Rank
		}
	}
	return 0
}

// passes are those of a step: the stage itself where it lists none.
func (s *Stage) passes() []Pass {
	if len(s.Passes) > 0 {
		return s.Passes
	}
	return []Pass{{Rule: s.Rule, Objectives: s.Objectives}}
}

// order is the seed of the order of examples in stage i of a list.
func order(list []Stage, i int, seed uint64) uint64 {
	kind := func(s *Stage) uint64 {
		switch {
		case s.Rank > 0:
			return 2
		case s.Rule == RuleLearns:
			return 0
		}
		return 1
	}
	earlier := uint64(0)
	for j := range i {
		if kind(&list[j]) == kind(&list[i]) {
			earlier++
		}
	}
	order := seed<<2 | kind(&list[i])
	if earlier > 0 {
		order = ragged.Mix(order ^ ragged.Mix(earlier))
	}
	return order
}

// CheckStages reports what is wrong with a plan's or recipe's list of stages.
func CheckStages(list []Stage) error {
	ranks := 0
	for i, s := range list {
		at := fmt.Sprintf("stage %d: ", i+1)
		if len(s.Passes) > 0 && (s.Rule != "" || len(s.Objectives) > 0) {
			return fmt.Errorf("%srule and objectives are those of its passes; leave them out", at)
		}
		if s.Rank > 0 {
			ranks++
		}
		shown := s
		shown.Rule = cmp.Or(s.Rule, RuleRests)
		if len(s.Passes) == 0 && s.Rule == "" {
			return fmt.Errorf("%srule is missing: learn, prune or nothing", at)
		}
		if err := settings.Check(&shown, at); err != nil {
			return err
		}
		if s.Schedule != "" {
			if _, err := train.ParseSchedule(s.Schedule); err != nil {
				return fmt.Errorf("%s%w", at, err)
			}
		}
		for _, p := range s.passes() {
			if err := settings.Check(&p, at+"pass: "); err != nil {
				return err
			}
			for _, text := range p.Objectives {
				if _, err := train.ParseTerm(text); err != nil {
					return fmt.Errorf("%s%w", at, err)
				}
			}
		}
	}
	if ranks > 1 {
		return errors.New("stages: only one can cut to a rank")
	}
	return nil
}

// CheckSchedules reports a schedule that there is none of.
func (s *Settings) CheckSchedules() error {
	if _, err := train.ParseSchedule(s.Schedule); err != nil || s.LearnerSchedule == "" {
		return err
	}
	_, err := train.ParseSchedule(s.LearnerSchedule)
	return err
}

func (c *Recipe) checkStages() error {
	if err := c.Settings.CheckSchedules(); err != nil {
		return err
	}
	learns := !c.Learn
	for _, s := range c.List() {
		for _, p := range s.passes() {
			learns = learns || p.Rule == RuleLearns
		}
	}
	if !learns {
		return errors.New("learn: no stage has rule = 'learn'; add one, or leave learn out")
	}
	return CheckStages(c.Stages)
}

// terms are what a pass aims at.
func (m *maker) terms(p Pass, learns bool) ([]train.Term, error) {
	var terms []train.Term
	for _, text := range p.Objectives {
		term, err := train.ParseTerm(text)
		if err != nil {
			return nil, err
		}
		terms = append(terms, term)
	}
	if terms == nil {
		terms = m.usualTerms(learns)
	}
	for i := range terms {
		if learns && m.steers() && terms[i].Name == "mask" {
			terms[i].Control = train.BudgetWeight(terms[i].Weight, m.Budget)
		}
	}
	return terms, nil
}

func (m *maker) usualTerms(learns bool) []train.Term {
	terms := []train.Term{train.TaskTerm()}
	if m.in.Teacher != nil {
		terms[0] = train.DistilTerm()
	}
	if m.Hidden != 0 {
		terms = append(terms, train.HiddenTerm(m.Hidden))
	}
	if learns {
		terms = append(terms, train.MaskTerm(m.Lambda, m.Regulariser, nil))
	}
	return terms
}

// fits reports which stage's objectives do not fit the models, before the first step.
func (m *maker) fits() error {
	fit := train.Fit{Student: &m.checkpoint.Config}
	if m.in.Teacher != nil {
		fit.Teacher = &m.in.Teacher.Config
	}
	for _, s := range m.List() {
		for _, p := range s.passes() {
			fit.Masks = p.Rule == RuleLearns && m.Learn
			terms, err := m.terms(p, fit.Masks)
			if err == nil {
				_, err = train.Needed(terms, fit)
			}
			if err != nil {
				return fmt.Errorf("stage %s: %w", s.Name, err)
			}
		}
	}
	return nil
}
