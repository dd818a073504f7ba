// Package recipe makes weights for a point of a sweep: it takes a model and a
// task's training text through the stages that a recipe names, can be stopped and
// go on, and saves a Hugging Face folder with a note of how it was made.
package recipe

import (
	"errors"
	"fmt"

	"ltpbench/model/train"
	"ltpbench/pruners"
)

// Recipe says how weights are made. It is saved beside them, word for word.
type Recipe struct {
	Model     string       `json:"model"` // what to begin with: a folder, or a name where the caller gives the weights
	Task      string       `json:"task"`
	Examples  int          `json:"examples,omitempty"`     // random training examples; 0: all
	Epochs    int          `json:"epochs"`                 // of each stage
	Batch     int          `json:"batch"`                  // sequences of a mini-batch
	Tokens    int          `json:"batch_tokens,omitempty"` // if not 0, tokens of a mini-batch in place of Batch
	MaxLength int          `json:"max_length"`
	Rate      float32      `json:"rate"`
	Decay     float32      `json:"decay"`
	Clip      float32      `json:"clip"`
	Dropout   bool         `json:"dropout"`
	Freeze    train.Freeze `json:"freeze,omitempty"`
	Seed      uint64       `json:"seed"`
	// Whole learns from all of the training text: nothing is held out, so the rule
	// can't be brought to a budget.
	Whole bool `json:"whole,omitempty"`

	// Units, if not 0, cuts each feed-forward to its so many most active units first.
	Units int `json:"units,omitempty"`
	// Vocabulary cuts the vocabulary to the pieces of the training text first.
	Vocabulary bool `json:"cut_vocabulary,omitempty"`
	// Half saves the weights in 16 bits, in files of at most 19 MB.
	Half bool `json:"half,omitempty"`
	// Difference saves only what differs from the weights begun with, in
	// difference.safetensors.
	Difference bool `json:"difference,omitempty"`
	// Rank, if not 0, saves a difference whose matrices have this rank and 16 bits:
	// after the stages each matrix is cut to it by its singular values, and biases,
	// norms and classifier learn on for Epochs at CutRate, the rule pruning.
	Rank    int     `json:"rank,omitempty"`
	CutRate float32 `json:"cut_rate,omitempty"`
	// Teacher, if not empty, is a fine-tuned model whose probabilities are the targets.
	Teacher string `json:"teacher,omitempty"`
	// Hidden, if not 0, weighs the distance of each layer's rows from the teacher's
	// in the loss.
	Hidden float32 `json:"hidden,omitempty"`

	// Pruner drops tokens during training: a spec. A threshold rule is learned
	// first, in a soft stage, and frozen in a hard one.
	Pruner      string            `json:"pruner,omitempty"`
	Learn       bool              `json:"learn,omitempty"`
	Lambda      float32           `json:"lambda,omitempty"`
	Over        train.Regulariser `json:"regulariser,omitempty"` // real tokens if empty
	Temperature float32           `json:"temperature,omitempty"`
	LearnerRate float32           `json:"learner_rate,omitempty"`
	// Budget, if not 0, is the relative `paper` FLOPs that the rule is brought to,
	// on the held-out part of the training text, after each stage.
	Budget float64 `json:"budget,omitempty"`
	// Steer has the stages themselves go towards the Budget: the soft one begins
	// with thetas scaled down to it where they are higher than it needs, and lambda
	// rises and falls from Lambda on; in later ones the thetas' common factor does
	// (see train.BudgetWeight and train.BudgetFactor).
	Steer bool `json:"steer,omitempty"`
}

// rule parses the recipe's pruner; None without one.
func (c *Recipe) rule() (pruners.Pruner, error) {
	if c.Pruner == "" {
		return pruners.None{}, nil
	}
	return pruners.Parse(c.Pruner)
}

// Check reports what cannot be carried out, before anything is read.
func (c *Recipe) Check() error {
	rule, err := c.rule()
	if err != nil {
		return err
	}
	if _, learnable := pruners.As[pruners.Learnable](rule); c.Learn && !learnable {
		return fmt.Errorf("pruner %s has nothing to learn; leave learn out", rule.Spec())
	}
	if err := c.inRange(); err != nil {
		return err
	}
	switch {
	case c.Steer && (!c.Learn || c.Budget == 0):
		return errors.New("steer: lambda is steered towards a budget in a soft stage; set learn and budget")
	case c.Budget > 0 && c.Whole:
		return errors.New("whole: a budget is met on held-out training text, and none is held out; leave one of them out")
	case c.Budget > 0 && !CanFit(rule):
		return fmt.Errorf("pruner %s has nothing that a budget could set", rule.Spec())
	case (c.Difference || c.Rank > 0) && (c.Units > 0 || c.Vocabulary):
		return errors.New("a difference needs the model it begins with whole; cut units or vocabulary in a recipe of its own")
	case c.Hidden != 0 && c.Teacher == "":
		return errors.New("hidden: whose hidden states? name a teacher")
	}
	return nil
}
