package train

import (
	"errors"
	"fmt"

	"ltpbench/internal/registry"
	"ltpbench/model"
	"ltpbench/pruners"
)

// Objective is one kind of loss. It reads what a forward pass has made, and adds its
// gradient to those of logits, rows and masks before the backward pass.
type Objective interface {
	// Needs reports what the objective reads beside the batch's own labels, or why
	// it does not fit the stage.
	Needs(f Fit) (Needs, error)
	// Add adds weight times its gradients to s, and returns its value, not weighted.
	Add(s *Step, weight float32) (float64, error)
}

// Fit is what an objective is asked to fit: the models' configurations, the rule that learns
// in the pass, and what is trained for.
type Fit struct {
	Student, Teacher *model.Config   // Teacher is nil without one
	Learner          pruners.Learner // nil where none learns
	Budget           float64         // in relative `paper` FLOPs; 0: none
}

// Needs is what an objective has to be given.
type Needs struct {
	Answers       bool       // the teacher's answers, see Example.Teacher
	TeacherRows   bool       // the teacher's rows of every layer: it runs in each step
	Saliency      bool       // the teacher's saliency: it runs forward and back in each step
	FullLastLayer bool       // all rows of the last layer
	Layers        []OwnLayer // its own weights
}

// Term is an objective of a pass with its weight.
type Term struct {
	Name      string // of the objective, for progress and errors
	Objective Objective
	Weight    float32
	// Schedule, if not nil, multiplies Weight.
	Schedule Schedule
	// Control, if not nil, sets the weight by feedback instead.
	Control Controller
}

// Penalty reports whether the term is what keeping tokens costs, so that its weight can be
// steered towards a budget.
func (t *Term) Penalty() bool {
	_, ok := t.Objective.(interface{ penalty() })
	return ok
}

// objectives is the registry; each objective's file adds itself.
var objectives = registry.New[Objective]("objective",
	registry.Param{Key: "weight", Doc: "weight in the loss; default 1"})

// Objectives returns all registered objectives, sorted by name.
func Objectives() []registry.Entry[Objective] { return objectives.Entries() }

// ParseTerm makes the term that a text such as "hidden:weight=0.5" describes.
func ParseTerm(text string) (Term, error) {
	o, args, err := objectives.Parse(text)
	if err != nil {
		return Term{}, err
	}
	weight, err := args.Float("weight", 1, 0, 1e6)
	return Term{Name: name(text), Objective: o, Weight: float32(weight)}, err
}

// Needed is what a list of terms needs together, or which of them does not fit.
func Needed(terms []Term, f Fit) (Needs, error) {
	var all Needs
	for _, term := range terms {
		n, err := term.Objective.Needs(f)
		if err == nil && (n.TeacherRows || n.Saliency || n.Answers) && f.Teacher == nil {
			err = errors.New("it learns from a teacher; name one")
		}
		if err != nil {
			return all, fmt.Errorf("objective %s: %w", term.Name, err)
		}
		all.Answers, all.TeacherRows, all.FullLastLayer = all.Answers || n.Answers, all.TeacherRows || n.TeacherRows, all.FullLastLayer || n.FullLastLayer
		all.Saliency = all.Saliency || n.Saliency
		all.Layers = append(all.Layers, n.Layers...)
	}
	return all, nil
}
