// Package recipe trains weights: it takes a model and a task's training text through
// the stages that a recipe lists, can be stopped and resumed, and saves a Hugging Face
// folder with a note of how it was made.
package recipe

import (
	"errors"
	"fmt"

	"ltpbench/internal/settings"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// Recipe is how weights are trained. It is saved beside them. Tags declare each
// setting once, see internal/settings.
type Recipe struct {
	Model string `json:"model"` // what to begin with: a folder, or a name where the caller gives the weights
	Task  string `json:"task"`
	// MaxLength is the most tokens of a text or pair.
	MaxLength int    `toml:"max-length" json:"max_length" flag:"-" default:"128" range:"[1,1000000]"`
	Seed      uint64 `toml:"seed" json:"seed" comment:"Seed of example order, dropout and new weights." default:"1"`
	// Whole learns from all of the training text: nothing is held out, so the rule
	// cannot be brought to a budget.
	Whole bool `toml:"whole" json:"whole,omitempty" comment:"Train on all of the training text. Default: 2 % are held out, which a budget needs." group:"Text"`

	Settings

	Pruner string `toml:"pruner" json:"pruner,omitempty" comment:"Pruning rule to train with." placeholder:"SPEC" group:"Pruning"`
	// Learn has the rule's parameters learned in a soft stage, before a hard one.
	Learn bool `toml:"learn" json:"learn,omitempty" comment:"Learn the rule's thresholds in a soft stage before the hard stage." group:"Pruning"`
	// Budget, if not 0, is the relative `paper` FLOPs that the rule is brought to,
	// on the held-out part of the training text, after each stage.
	Budget float64 `toml:"budget" json:"budget,omitempty" comment:"Relative FLOPs to reach on a held-out part of the training text, by scaling thresholds or setting a top-k rate; 0: none." range:"[0,1]" group:"Pruning"`

	Units      int  `toml:"units" json:"units,omitempty" comment:"First reduce each feed-forward network to its N most active units; 0: all." range:"[0,1000000000]" group:"Small models"`
	Vocabulary bool `toml:"cut-vocabulary" json:"cut_vocabulary,omitempty" comment:"First reduce the vocabulary to the tokens of the training text." group:"Small models"`
	Half       bool `toml:"half" json:"half,omitempty" comment:"Save weights in 16 bits, in files of at most 19 MB." group:"Small models"`
	Delta      bool `toml:"delta" json:"delta,omitempty" aliases:"difference" comment:"Save only the delta: the tensors that were trained." group:"Small models"`
	// Rank, if not 0, saves a delta whose matrices have this rank and 16 bits:
	// after the stages each matrix is cut to it by its singular values, and biases,
	// norms and classifier learn for another stage at CutRate, the rule pruning.
	Rank    int     `toml:"rank" json:"rank,omitempty" comment:"Save a delta whose matrices have this rank; biases and norms are trained further after the truncation. 0: full rank." range:"[0,65536]" group:"Small models"`
	CutRate float32 `toml:"cut-rate" json:"cut_rate,omitempty" comment:"Learning rate after the truncation." default:"5e-4" range:"(0,1)" needs:"rank" group:"Small models"`

	// Stages, if any, replace the usual ones, see Recipe.List.
	Stages []Stage `json:"stages,omitempty"`
}

// Settings are what a plan's [training] and the flags of `train` and `sweep` set.
type Settings struct {
	// Preset is what the others were set to first, see UsePreset.
	Preset string `toml:"preset" json:"-" comment:"Other defaults for unset settings: published, those of LTP's authors (docs/fidelity.md)." enum:",published" placeholder:"NAME"`

	Examples    int `toml:"examples" json:"examples,omitempty" comment:"Number of random training examples per point; 0: all." range:"[0,1000000000]"`
	Epochs      int `toml:"epochs" json:"epochs" comment:"Epochs per stage." default:"1" range:"[1,10000]"`
	SoftEpochs  int `toml:"soft-epochs" json:"soft_epochs,omitempty" comment:"Epochs of a soft stage; 0: as epochs; -1: as published, 10 for at most 10,000 training texts, else 1." range:"[-1,10000]" needs:"pruner" group:"Pruning"`
	Batch       int `toml:"batch" json:"batch" comment:"Sequences per mini-batch." default:"32" range:"[1,65536]"`
	BatchTokens int `toml:"batch-tokens" json:"batch_tokens,omitempty" comment:"Maximal number of tokens per mini-batch, instead of a number of sequences; 0: unused." range:"[0,16777216]"`

	LearningRate float32      `toml:"learning-rate" json:"learning_rate" comment:"Peak learning rate of the weights." default:"2e-5" range:"(0,1)" aliases:"rate"`
	Schedule     string       `toml:"schedule" json:"schedule" comment:"Schedule of the learning rates; see ltpbench ls schedules." default:"linear" placeholder:"SPEC"`
	Curriculum   string       `toml:"curriculum,omitempty" json:"curriculum,omitempty" comment:"What makes training easy at first, in stages that it fits: prefix, grow or weight; see ltpbench ls schedules. Empty: nothing." placeholder:"SPEC"`
	WeightDecay  float32      `toml:"weight-decay" json:"weight_decay" comment:"Weight decay of matrices." default:"0.01" range:"[0,1e6)" aliases:"decay"`
	MaxGradNorm  float32      `toml:"max-grad-norm" json:"max_grad_norm" comment:"Gradient clipping: maximal norm; 0: none." default:"1" range:"[0,1e6)" aliases:"clip"`
	ClipTogether bool         `toml:"clip-together" json:"clip_together,omitempty" comment:"Clip gradients of weights and of the rule by one norm, as the published program does; otherwise those of weights only." default:"false"`
	EpsFirst     bool         `toml:"eps-first" json:"eps_first,omitempty" comment:"AdamW adds epsilon before the bias correction, as the published program does." default:"false"`
	Dropout      bool         `toml:"dropout" json:"dropout" comment:"Dropout with the model's rates." default:"true"`
	Freeze       train.Freeze `toml:"freeze" json:"freeze" comment:"What is not trained: nothing, embeddings, or matrices (all but biases, norms and head)." default:"nothing" enum:"nothing,embeddings,matrices" placeholder:"WHAT"`

	Teacher string  `toml:"teacher" json:"teacher,omitempty" comment:"Distillation teacher instead of labels: the folder of a fine-tuned model; in a sweep also base, the unpruned model. Empty: labels." placeholder:"DIR" group:"Distillation"`
	Hidden  float32 `toml:"hidden" json:"hidden,omitempty" comment:"Weight of the distance between each layer's hidden states and the teacher's." range:"[0,1e6)" needs:"teacher" group:"Distillation" placeholder:"WEIGHT"`

	Lambda          float32           `toml:"lambda" json:"lambda,omitempty" comment:"Initial weight of the mask regulariser in a soft stage's loss." default:"0.03" range:"[0,1e6)" needs:"learn" group:"Pruning"`
	Steer           bool              `toml:"steer" json:"steer,omitempty" comment:"Adjust lambda towards the budget in soft stages, and a factor of the thresholds in hard stages." default:"true" needs:"learn,budget" group:"Pruning"`
	Regulariser     train.Regulariser `toml:"regulariser" json:"regulariser,omitempty" comment:"What the mask regulariser averages over: real tokens, or padded to 128, as the published lambdas assume." default:"real" enum:"real,padded" needs:"learn" group:"Pruning" placeholder:"WHAT"`
	Temperature     float32           `toml:"temperature" json:"temperature,omitempty" comment:"Temperature of the soft mask." default:"1e-3" range:"(0,1)" needs:"learn" group:"Pruning"`
	LearnerRate     float32           `toml:"learner-rate" json:"learner_rate,omitempty" comment:"Learning rate of the rule's parameters, such as thresholds; 0: that of the weights." default:"1e-3" range:"[0,1)" needs:"learn" group:"Pruning" aliases:"theta-rate"`
	LearnerSchedule string            `toml:"learner-schedule" json:"learner_schedule,omitempty" comment:"Schedule of that learning rate; empty: that of the weights." needs:"learn" group:"Pruning" placeholder:"SPEC"`
}

// Default is a recipe without model, task and rule.
func Default() Recipe {
	var c Recipe
	settings.Defaults(&c)
	return c
}

// DefaultSettings are those of Default.
func DefaultSettings() Settings { return Default().Settings }

// Effective returns the recipe without the settings that have no effect in it, which
// is what Make saves and what identifies the weights.
func (c Recipe) Effective() Recipe {
	settings.Effective(&c)
	if c.BatchTokens > 0 {
		c.Batch = 0
	}
	return c
}

// rule parses the recipe's pruner; None without one.
func (c *Recipe) rule() (pruners.Pruner, error) {
	if c.Pruner == "" {
		return pruners.None{}, nil
	}
	return pruners.Parse(c.Pruner)
}

// steers reports whether the stages themselves go towards the Budget: the soft one
// begins with thetas scaled down to it where they are higher than it needs, and lambda
// rises and falls from Lambda on; in later ones the thetas' common factor does (see
// train.BudgetWeight and train.BudgetFactor).
func (c *Recipe) steers() bool { return c.Steer && c.Learn && c.Budget > 0 }

// Check reports what cannot be carried out, before anything is read.
func (c *Recipe) Check() error {
	rule, err := c.rule()
	if err != nil {
		return err
	}
	if _, learnable := pruners.As[pruners.Learnable](rule); c.Learn && !learnable {
		return fmt.Errorf("pruner %s has nothing to learn; leave learn out", rule.Spec())
	}
	ranged := *c
	if c.BatchTokens > 0 {
		ranged.Batch = 1
	}
	if err := settings.Check(&ranged, "--"); err != nil {
		return err
	}
	if err := c.checkStages(); err != nil {
		return err
	}
	switch {
	case c.Budget > 0 && c.Whole:
		return errors.New("whole: a budget is met on held-out training text, and none is held out; leave one of them out")
	case c.Budget > 0 && !CanFit(rule):
		return fmt.Errorf("pruner %s has nothing that a budget could set", rule.Spec())
	case (c.Delta || c.Rank > 0) && (c.Units > 0 || c.Vocabulary):
		return errors.New("a delta needs the model it begins with whole; cut units or vocabulary in a separate recipe")
	case c.Hidden != 0 && c.Teacher == "":
		return errors.New("hidden: whose hidden states? name a teacher")
	}
	return nil
}
