package recipe

import (
	"cmp"

	"ltpbench/internal/ragged"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// What a pruner does in a stage or pass.
const (
	// RuleLearns weighs rows by a soft mask whose parameters learn. Rules that have
	// nothing to learn drop rows instead, so that all methods take as many steps.
	RuleLearns = "learn"
	RulePrunes = "prune"   // drops rows for good
	RuleRests  = "nothing" // drops none
	// RuleSamples drops rows by a rule that is drawn in each step from one that has such
	// (see pruners.Sampler). Other rules drop rows as they are.
	RuleSamples = "sample"
)

// Stage is one stage of a recipe: [[stage]] in a plan. What is left out is as the
// recipe's Settings have it.
type Stage struct {
	Name         string  `toml:"name" json:"name" comment:"Name in progress and error messages."`
	Rule         string  `toml:"rule" json:"rule" comment:"What the pruner does: learn (rules without parameters prune), prune, sample (rules that draw none prune), or nothing." enum:"learn,prune,sample,nothing"`
	Epochs       int     `toml:"epochs" json:"epochs,omitempty" comment:"0: as in training." range:"[0,10000]"`
	CountPasses  bool    `toml:"count-passes,omitempty" json:"count_passes,omitempty" comment:"Each pass counts as a step, so that the stage ends after that part of the epochs' steps."`
	LearningRate float32 `toml:"learning-rate" json:"learning_rate,omitempty" comment:"0: as in training." range:"[0,1)"`
	Schedule     string  `toml:"schedule" json:"schedule,omitempty" comment:"Empty: as in training."`
	// LearnerSchedule is the schedule of the rule's own learning rate.
	LearnerSchedule string       `toml:"learner-schedule,omitempty" json:"learner_schedule,omitempty" comment:"Schedule of the learning rate of the rule's parameters; empty: as in training."`
	Curriculum      string       `toml:"curriculum,omitempty" json:"curriculum,omitempty" comment:"Empty: as in training, if it fits."`
	Freeze          train.Freeze `toml:"freeze" json:"freeze,omitempty" comment:"Empty: as in training." enum:",nothing,embeddings,matrices,products"`
	// Objectives are terms of the loss. Empty: the task's own, or a teacher's answers
	// where there is one; hidden, if Settings weigh it; and mask where the rule learns.
	Objectives []string `toml:"objectives" json:"objectives,omitempty" comment:"Terms of the loss; see ltpbench ls objectives. Empty: the default ones."`
	Rank       int      `toml:"rank" json:"rank,omitempty" comment:"Before the stage, truncate the delta to this rank; 0: do not." range:"[0,65536]"`
	Passes     []Pass   `toml:"pass,omitempty" json:"passes,omitempty"`
}

// Pass is one of several passes that each step of a stage has: [[stage.pass]].
type Pass struct {
	Rule       string   `toml:"rule" json:"rule" enum:"learn,prune,sample,nothing"`
	Objectives []string `toml:"objectives" json:"objectives,omitempty"`
	Weight     float32  `toml:"weight" json:"weight,omitempty" comment:"Weight of all terms; 0 stands for 1." range:"[0,1e6)"`
}

// List returns the recipe's stages. The usual ones: a rule that learns has a soft stage
// and a hard one; one that only drops rows a hard one of as many steps as both; no rule
// a plain one; one that is trained for all lengths a stage of three passes, which count as
// steps. With Rank another follows, in which what has learned is cut to it.
func (c *Recipe) List() []Stage {
	if len(c.Stages) > 0 {
		return c.Stages
	}
	hard := Stage{Name: "hard", Rule: RulePrunes, Epochs: c.Epochs}
	var list []Stage
	switch {
	case c.Learn:
		list = c.learning(hard)
	case c.lengths():
		distilled := []string{"distil:from=first"}
		list = append(list, Stage{Name: "lengths", Epochs: c.Epochs + c.softEpochs(), CountPasses: true, Passes: []Pass{
			{Rule: RuleRests, Weight: third}, {Rule: RulePrunes, Objectives: distilled, Weight: third}, {Rule: RuleSamples, Objectives: distilled, Weight: third},
		}})
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

// learning lists the stages of a rule that learns, as its entry describes them: one that
// only learns does so for as many steps as both.
func (c *Recipe) learning(hard Stage) []Stage {
	soft := Stage{Name: "soft", Rule: RuleLearns, Epochs: c.softEpochs()}
	rule := c.entry()
	if own := rule.Soft; own != nil {
		soft.Objectives = own.Objectives
		soft.LearningRate = float32(own.Rate) * cmp.Or(c.LearnerRate, c.LearningRate)
		if own.Schedule != "" {
			soft.Schedule, soft.LearnerSchedule = own.Schedule, cmp.Or(c.LearnerSchedule, c.Schedule)
		}
	}
	if rule.Trains(pruners.Hard) {
		return []Stage{soft, hard}
	}
	soft.Epochs += hard.Epochs
	return []Stage{soft}
}

// entry is the registry's entry of the recipe's rule; zero for a rule that cannot be parsed.
func (c *Recipe) entry() pruners.Rule {
	rule, err := c.rule()
	if err != nil {
		return pruners.Rule{}
	}
	return pruners.RuleOf(rule)
}

// Taught reports whether the recipe needs a teacher and names none, so that the unpruned
// model is to be it.
func (c *Recipe) Taught() bool {
	own := c.entry().Soft
	return own != nil && own.Teacher && c.Learn && c.Teacher == "" && len(c.Stages) == 0
}

// third is the weight of each of three passes.
const third = 1.0 / 3

// lengths reports whether the recipe's rule is trained for all lengths at once.
func (c *Recipe) lengths() bool {
	rule, err := c.rule()
	return err == nil && pruners.RuleOf(rule).Trains(pruners.Lengths)
}

// TotalEpochs is how often all stages together go through the training text; a stage whose
// passes count goes through it once for all of them.
func (c *Recipe) TotalEpochs() int {
	sum := 0
	for _, s := range c.List() {
		sum += cmp.Or(s.Epochs, c.Epochs)
	}
	return sum
}

// Steps is how many updates all stages take together, with so many mini-batches in an epoch.
func (c *Recipe) Steps(batches int) int {
	sum := 0
	for _, s := range c.List() {
		sum += s.steps(c, batches)
	}
	return sum
}

// steps is how many updates a stage of a recipe takes.
func (s *Stage) steps(c *Recipe, batches int) int {
	return (cmp.Or(s.Epochs, c.Epochs)*batches + s.counted() - 1) / s.counted()
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

// counted is how many steps each step of the stage counts as.
func (s *Stage) counted() int {
	if s.CountPasses {
		return len(s.passes())
	}
	return 1
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
