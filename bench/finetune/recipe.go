// Package finetune makes weights for a point of a sweep: it reads a task's
// training text, runs the stages that a recipe names, and saves a Hugging Face
// folder with a note of how it was made.
package finetune

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"ltpbench/bench/tasks"
	"ltpbench/hw"
	"ltpbench/internal/atomicfile"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// Recipe says how weights are made. It is saved beside them, word for word.
type Recipe struct {
	Model     string       `json:"model"` // Hugging Face folder to begin with
	Data      string       `json:"-"`     // folder with the tasks
	Task      string       `json:"task"`
	Examples  int          `json:"examples,omitempty"` // random training examples; 0: all
	Epochs    int          `json:"epochs"`             // of each stage
	Batch     int          `json:"batch"`
	MaxLength int          `json:"max_length"`
	Rate      float32      `json:"rate"`
	Decay     float32      `json:"decay"`
	Clip      float32      `json:"clip"`
	Dropout   bool         `json:"dropout"`
	Freeze    train.Freeze `json:"freeze,omitempty"`
	Seed      uint64       `json:"seed"`

	// Units, if not 0, cuts each feed-forward to its so many most active units first.
	Units int `json:"units,omitempty"`
	// Vocabulary cuts the vocabulary to the pieces of the training text first.
	Vocabulary bool `json:"cut_vocabulary,omitempty"`
	// Half saves the weights in 16 bits, in files of at most 19 MB.
	Half bool `json:"half,omitempty"`
	// Difference saves only the tensors that learnt, in difference.safetensors.
	Difference bool `json:"difference,omitempty"`
	// Teacher, if not empty, is a fine-tuned model whose probabilities are the targets.
	Teacher string `json:"teacher,omitempty"`

	// Pruner drops tokens during training: a spec. A threshold rule is learned
	// first, in a soft stage, and frozen in a hard one.
	Pruner      string  `json:"pruner,omitempty"`
	Learn       bool    `json:"learn,omitempty"`
	Lambda      float32 `json:"lambda,omitempty"`
	Temperature float32 `json:"temperature,omitempty"`
	LearnerRate float32 `json:"learner_rate,omitempty"`
	// Budget, if not 0, is the relative `paper` FLOPs that thresholds are scaled
	// to, on a held-out part of the training text, after each stage.
	Budget float64 `json:"budget,omitempty"`
}

// Outcome is what a recipe gave.
type Outcome struct {
	Recipe   Recipe  `json:"recipe"`
	Pruner   string  `json:"pruner"`             // the rule to run the weights with
	HeldOut  Score   `json:"held_out,omitempty"` // on the held-out part of the training text
	Scale    float32 `json:"theta_scale,omitempty"`
	Steps    int     `json:"steps"` // of all stages together
	Tokens   int     `json:"tokens"`
	Seconds  float64 `json:"seconds"`
	Kernel   string  `json:"kernel"`
	Training int     `json:"training_examples"`
}

// heldOut is the share of the training text that nothing is fitted on.
const heldOut = 0.02

// Make carries a recipe out on a device and saves the result in dir; it prints
// progress to log.
func (c Recipe) Make(d hw.Backward, dir string, log io.Writer) (*Outcome, error) {
	begin := time.Now()
	task, err := tasks.Lookup(c.Task)
	if err != nil {
		return nil, err
	}
	all, err := tasks.Open(c.Data, task, "train")
	if err != nil {
		return nil, err
	}
	checkpoint, err := model.Load(c.Model)
	if err != nil {
		return nil, err
	}
	words, err := tokenize.Load(c.Model)
	if err != nil {
		return nil, err
	}
	if checkpoint.Config.Labels == 0 {
		labels := max(1, len(task.Labels))
		checkpoint.InitHead(labels, c.Seed)
		checkpoint.Config.LabelNames = task.Labels
		if task.Regression() {
			checkpoint.Config.Problem = model.Regression
		}
	}
	rest, held := tasks.Split(all, heldOut, 1)
	if c.Examples > 0 {
		rest = tasks.Sample(rest, c.Examples, c.Seed)
	}
	if c.Vocabulary {
		if words, err = cutVocabulary(checkpoint, words, rest); err != nil {
			return nil, err
		}
	}
	m := &maker{Recipe: c, d: d, log: log, checkpoint: checkpoint, out: &Outcome{Recipe: c, Kernel: d.Info().Kernel, Training: len(rest)}}
	if m.examples, err = Tokenize(words, task, rest, c.MaxLength); err != nil {
		return nil, err
	}
	if m.held, err = Tokenize(words, task, held, c.MaxLength); err != nil {
		return nil, err
	}
	if err := m.prepare(func(w *tokenize.Tokenizer) ([]train.Example, error) { return Tokenize(w, task, rest, c.MaxLength) }); err != nil {
		return nil, err
	}
	if err := m.stages(); err != nil {
		return nil, err
	}
	m.out.Seconds = time.Since(begin).Seconds()
	return m.out, m.save(words, dir)
}

// Tokenize turns a task's examples into a model's, with one-hot targets.
func Tokenize(t *tokenize.Tokenizer, task *tasks.Task, all []tasks.Example, maxLength int) ([]train.Example, error) {
	list := make([]train.Example, 0, len(all))
	for i, x := range all {
		var pair *string
		if x.HasPair {
			pair = &x.Pair
		}
		e, err := t.Encode(x.Text, pair, maxLength)
		if err != nil {
			return nil, fmt.Errorf("%s, example %d: %w", task.Name, i+1, err)
		}
		one := train.Example{}
		one.IDs, one.Segments = e.IDs, e.Segments
		if task.Regression() {
			one.Target = []float32{float32(x.Score)}
		} else {
			one.Target = make([]float32, len(task.Labels))
			one.Target[x.Label] = 1
		}
		list = append(list, one)
	}
	return list, nil
}

func (m *maker) save(words *tokenize.Tokenizer, dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if m.Difference {
		if err := m.saveDifference(dir); err != nil {
			return err
		}
		return m.note(dir)
	}
	save := m.checkpoint.Save
	if m.Half {
		save = func(dir string) error { return m.checkpoint.SaveShards(dir, model.F16, 19e6) }
	}
	if err := save(dir); err != nil {
		return err
	}
	if err := words.Save(dir); err != nil {
		return err
	}
	return m.note(dir)
}

// note writes how the weights were made.
func (m *maker) note(dir string) error {
	note, err := json.MarshalIndent(m.out, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, "training.json"), append(note, '\n'))
}

// Rule returns the pruner that a recipe's weights are to be run with.
func (o *Outcome) Rule() (pruners.Pruner, error) { return pruners.Parse(o.Pruner) }
