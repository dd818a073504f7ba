package recipe

import (
	"cmp"
	"fmt"

	"ltpbench/model/train"
	"ltpbench/pruners"
)

// curriculum is a stage's, nil without one: its own, or the recipe's where that fits.
func (c *Recipe) curriculum(s *Stage) (train.Curriculum, error) {
	text := cmp.Or(s.Curriculum, c.Curriculum)
	if text == "" {
		return nil, nil
	}
	made, err := train.ParseCurriculum(text)
	if err != nil || s.Curriculum != "" || c.fitted(made, s) {
		return made, err
	}
	return nil, nil
}

// fitted reports whether the recipe's curriculum has anything to do in a stage.
func (c *Recipe) fitted(made train.Curriculum, s *Stage) bool {
	switch made.(type) {
	case train.Grower:
		return c.drops(s)
	case train.Weigher:
		return c.weighs(s)
	}
	return true
}

// drops reports whether a pass of a stage drops tokens.
func (c *Recipe) drops(s *Stage) bool {
	for _, p := range s.passes() {
		if c.Pruner != "" && c.Pruner != "none" && (p.Rule == RulePrunes || p.Rule == RuleSamples || p.Rule == RuleLearns && !c.Learn) {
			return true
		}
	}
	return false
}

// weighs reports whether a pass of a stage has a loss of single tokens.
func (c *Recipe) weighs(s *Stage) bool {
	for _, p := range s.passes() {
		for _, text := range p.Objectives {
			if term, err := train.ParseTerm(text); err == nil {
				if _, ok := term.Objective.(train.TokenLoss); ok {
					return true
				}
			}
		}
	}
	return false
}

// checkCurricula reports a curriculum that does not fit the stages, or that ends beyond one, with
// so many mini-batches in an epoch; 0: that is not known yet.
func (c *Recipe) checkCurricula(batches int) error {
	rule, err := c.rule()
	if err != nil {
		return err
	}
	used := c.Curriculum == ""
	for _, s := range c.List() {
		made, err := c.curriculum(&s)
		if err != nil {
			return err
		}
		if made == nil {
			continue
		}
		used = true
		text := fmt.Sprintf("stage %s: curriculum %s", s.Name, cmp.Or(s.Curriculum, c.Curriculum))
		if !c.fitted(made, &s) {
			return fmt.Errorf("%s: %s; leave it out", text, nothing(made))
		}
		if _, grows := made.(train.Grower); grows {
			if _, ok := pruners.Grow(rule, 0); !ok {
				return fmt.Errorf("%s: pruner %s cannot drop less at first; leave it out", text, rule.Spec())
			}
		}
		if batches > 0 {
			if err := train.CheckCurriculum(made, s.steps(c, batches)); err != nil {
				return fmt.Errorf("%s: %w", text, err)
			}
		}
	}
	if !used {
		made, err := train.ParseCurriculum(c.Curriculum)
		if err != nil {
			return err
		}
		return fmt.Errorf("curriculum %s: in all stages %s; leave it out", c.Curriculum, nothing(made))
	}
	return nil
}

// nothing is why a curriculum has nothing to do.
func nothing(c train.Curriculum) string {
	if _, ok := c.(train.Grower); ok {
		return "no rule drops tokens"
	}
	return "no objective has a loss of single tokens, such as token-labels"
}

// CheckSteps is CheckCurricula for so many training examples.
func (c *Recipe) CheckSteps(examples int) error { return c.checkCurricula(c.batches(examples)) }

// batches is how many mini-batches an epoch of so many examples has; 0 where that depends on their
// lengths.
func (c *Recipe) batches(examples int) int {
	if c.BatchTokens > 0 {
		return 0
	}
	if c.Examples > 0 {
		examples = min(examples, c.Examples)
	}
	return (examples + c.Batch - 1) / c.Batch
}
