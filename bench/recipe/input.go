package recipe

import (
	"fmt"

	"ltpbench/bench/text"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/model/train"
)

// Input is what a recipe works on. Nothing in it is changed, so recipes may share one.
type Input struct {
	Weights   *model.Checkpoint // to begin with; a classifier is made if there is none
	Tokenizer *tokenize.Tokenizer
	Task      *text.Task
	Texts     []text.Example // labelled training text
	Dropped   text.Dropped   // what was taken out of it before, for the record
	// Held is text that nothing is fitted on but a rule's strength (see Fit);
	// nil: 2 % of Texts are held out, unless the recipe takes them whole.
	HeldOut []text.Example

	// Teacher, if not nil, is a fine-tuned model with its tokenizer to learn from in place of the labels.
	Teacher          *model.Checkpoint
	TeacherTokenizer *tokenize.Tokenizer
}

// heldOut is the share of the training text that nothing is fitted on.
const heldOut = 0.02

// Load loads a recipe's models and tokenizers; task and texts are the caller's to fill in.
func (c *Recipe) Load() (*Input, error) {
	var in Input
	var err error
	if in.Weights, in.Tokenizer, err = loadModel(c.Model); err != nil || c.Teacher == "" {
		return &in, err
	}
	return &in, c.LoadTeacher(&in)
}

// LoadTeacher loads the recipe's teacher into its input.
func (c *Recipe) LoadTeacher(in *Input) (err error) {
	in.Teacher, in.TeacherTokenizer, err = loadModel(c.Teacher)
	return err
}

// loadModel reads a folder's model with its tokenizer.
func loadModel(dir string) (*model.Checkpoint, *tokenize.Tokenizer, error) {
	c, err := model.Load(dir)
	if err != nil {
		return nil, nil, err
	}
	words, err := tokenize.Load(dir)
	if err != nil {
		return nil, nil, err
	}
	if words, err = words.For(c.Config.Limits()); err == nil {
		err = c.Config.Contradiction()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", dir, err)
	}
	return c, words, nil
}

// split returns the examples that a recipe trains on and those held out.
func (in *Input) split(c *Recipe) (rest, held []text.Example) {
	rest, held = in.Texts, in.HeldOut
	if held == nil && !c.Whole {
		share := max(heldOut, 1/float64(max(1, len(in.Texts)))) // one at least
		rest, held = text.Split(in.Texts, share, 1)
	}
	if c.Examples > 0 {
		rest = text.Sample(rest, c.Examples, c.Seed)
	}
	return rest, held
}

// Tokenize turns a task's examples into a model's, with targets of 0 and 1, or their scores, and returns how many were
// truncated.
func Tokenize(t *tokenize.Tokenizer, task *text.Task, all []text.Example, maxLength int) (_ []train.Example, truncated int, err error) {
	sequences, truncated, err := text.Tokenize(t, task, all, maxLength)
	if err != nil {
		return nil, 0, err
	}
	list := make([]train.Example, 0, len(all))
	for i, x := range all {
		one := train.Example{Sequence: sequences[i]}
		switch {
		case task.Regression():
			one.Target = []float32{float32(x.Score)}
		case task.Several:
			one.Target = x.Set.Hot(len(task.Labels))
		default:
			one.Target = make([]float32, len(task.Labels))
			one.Target[x.Label] = 1
		}
		list = append(list, one)
	}
	return list, truncated, nil
}
