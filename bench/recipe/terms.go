package recipe

import (
	"fmt"

	"ltpbench/model/train"
	"ltpbench/pruners"
)

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
		var err error
		if terms, err = m.usualTerms(learns); err != nil {
			return nil, err
		}
	}
	for i := range terms {
		if learns && m.steers() && terms[i].Penalty() {
			terms[i].Control = train.BudgetWeight(terms[i].Weight, m.Budget)
		}
	}
	return terms, nil
}

// penalty is what keeping tokens costs in a soft stage: a term or none.
func (m *maker) penalty() ([]train.Term, error) {
	rule, err := m.Recipe.rule()
	if err != nil {
		return nil, err
	}
	switch text := pruners.RuleOf(rule).Penalty; text {
	case "":
		return []train.Term{train.MaskTerm(m.Lambda, m.Regulariser, nil)}, nil
	case pruners.NoPenalty:
		return nil, nil
	default:
		term, err := train.ParseTerm(text)
		term.Weight = m.Lambda
		return []train.Term{term}, err
	}
}

func (m *maker) usualTerms(learns bool) ([]train.Term, error) {
	terms := []train.Term{train.TaskTerm()}
	if m.in.Teacher != nil {
		terms[0] = train.DistilTerm()
	}
	if m.Hidden != 0 {
		terms = append(terms, train.HiddenTerm(m.Hidden))
	}
	if learns {
		penalty, err := m.penalty()
		if err != nil {
			return nil, err
		}
		terms = append(terms, penalty...)
	}
	return terms, nil
}

// learner is the rule as it begins to learn; nil where it does not.
func (m *maker) learner() (l pruners.Learner, err error) {
	rule, err := m.Recipe.rule()
	if err != nil || !m.Learn {
		return nil, err
	}
	if rule, err = pruners.Begin(rule, m.learning()); err == nil {
		l, _, err = pruners.Learn(rule, m.learning())
	}
	return l, err
}

// fits reports which stage's objectives do not fit the models, before the first step.
func (m *maker) fits() error {
	if err := m.CheckSteps(len(m.examples)); err != nil {
		return err
	}
	fit := train.Fit{Student: &m.checkpoint.Config, Budget: m.Budget}
	if m.in.Teacher != nil {
		fit.Teacher = &m.in.Teacher.Config
	}
	learner, err := m.learner()
	if err != nil {
		return err
	}
	for _, s := range m.List() {
		for _, p := range s.passes() {
			if fit.Learner = nil; p.Rule == RuleLearns {
				fit.Learner = learner
			}
			terms, err := m.terms(p, fit.Learner != nil)
			if err == nil {
				var needs train.Needs
				needs, err = train.Needed(terms, fit)
				m.teacherRows = m.teacherRows || needs.TeacherRows || needs.Saliency
				m.saliency = m.saliency || needs.Saliency
			}
			if err != nil {
				return fmt.Errorf("stage %s: %w", s.Name, err)
			}
		}
	}
	return nil
}
