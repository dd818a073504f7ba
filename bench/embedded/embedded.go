// Package embedded carries a small fine-tuned model and points of a sweep inside
// the program, so that it runs without a file or a network. See NOTICE for whose
// work the weights are derived from; each folder's training.json describes how they were made.
package embedded

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"

	"ltpbench/bench/recipe"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/pruners"
)

// Name is the embedded model's name in records.
const Name = "embedded-minilm-6x384-ffn512"

// Set is the embedded model and what to measure with it.
type Set struct {
	Base   *model.Checkpoint
	Words  *tokenize.Tokenizer
	Points []Point
	MadeBy string // the program that makes all of it again, and the build it was made with
}

// Point is a rule with weights fine-tuned for it from the embedded model.
type Point struct {
	Budget  string // relative `paper` FLOPs that were aimed at; empty if none were
	Rule    pruners.Pruner
	Tuned   bool // false: the weights are the embedded model's own
	Weights func() (*model.Checkpoint, error)
}

// entry is a line of points.json.
type entry struct {
	Budget string `json:"budget"`
	Pruner string `json:"pruner"`
	// Weights is the folder of a difference to the base, with a training.json that says more of
	// the pruner; empty: the base's own.
	Weights string `json:"weights"`
}

// Load unpacks the embedded model.
func Load() (*Set, error) {
	root, err := files()
	if err != nil {
		return nil, err
	}
	s := &Set{}
	if s.Base, err = model.LoadFS(root, "embedded model"); err != nil {
		return nil, err
	}
	if s.Words, err = tokenize.LoadFS(root, "embedded model"); err != nil {
		return nil, err
	}
	text, err := fs.ReadFile(root, "training.json")
	if err != nil {
		return nil, err
	}
	var outcome recipe.Outcome
	if err := json.Unmarshal(text, &outcome); err != nil {
		return nil, fmt.Errorf("embedded training.json: %w", err)
	}
	s.MadeBy = "bench/embedded/make.sh, build " + outcome.Build
	text, err = fs.ReadFile(root, "points.json")
	if err != nil {
		return nil, err
	}
	var list []entry
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("embedded points.json: %w", err)
	}
	for _, x := range list {
		p, err := x.rule(root)
		if err != nil {
			return nil, fmt.Errorf("embedded points.json: %w", err)
		}
		s.Points = append(s.Points, Point{Budget: x.Budget, Rule: p, Tuned: x.Weights != "", Weights: func() (*model.Checkpoint, error) {
			if x.Weights == "" {
				return s.Base, nil
			}
			return recipe.Apply(s.Base, root, x.Weights)
		}})
	}
	return s, nil
}

// rule is the point's rule, with what it has learned.
func (x *entry) rule(root fs.FS) (pruners.Pruner, error) {
	if x.Weights == "" {
		return pruners.Parse(x.Pruner)
	}
	text, err := fs.ReadFile(root, path.Join(x.Weights, "training.json"))
	if err != nil {
		return nil, err
	}
	var o recipe.Outcome
	if err := json.Unmarshal(text, &o); err != nil {
		return nil, fmt.Errorf("%s/training.json: %w", x.Weights, err)
	}
	if o.Pruner != x.Pruner {
		return nil, fmt.Errorf("%s is made for %s, not for %s", x.Weights, o.Pruner, x.Pruner)
	}
	return o.Rule(root, x.Weights)
}
