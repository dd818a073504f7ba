package recipe

import (
	"cmp"
	"errors"
	"fmt"

	"ltpbench/internal/settings"
	"ltpbench/model/train"
)

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
		for _, text := range []string{s.Schedule, s.LearnerSchedule} {
			if _, err := train.ParseSchedule(text); text != "" && err != nil {
				return fmt.Errorf("%s%w", at, err)
			}
		}
		if s.Curriculum != "" {
			if _, err := train.ParseCurriculum(s.Curriculum); err != nil {
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

// CheckSchedules reports a schedule or curriculum that there is none of.
func (s *Settings) CheckSchedules() error {
	if s.Curriculum != "" {
		if _, err := train.ParseCurriculum(s.Curriculum); err != nil {
			return err
		}
	}
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
	if err := CheckStages(c.Stages); err != nil {
		return err
	}
	return c.checkCurricula(0)
}
