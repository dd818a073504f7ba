// Package embedded carries a small fine-tuned model and points of a sweep inside
// the program, so that it runs without a file or a network. See NOTICE for whose
// work the weights are derived from, and points.json for how they were made.
package embedded

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"

	"ltpbench/bench"
	"ltpbench/bench/finetune"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/pruners"
	"ltpbench/results"
)

//go:embed files
var files embed.FS

// Name is the embedded model's name in records.
const Name = "embedded-minilm-6x384-ffn512"

// Set is the embedded model and what to measure with it.
type Set struct {
	Base   *model.Checkpoint
	Words  *tokenize.Tokenizer
	Points []bench.Point
}

// entry is a line of points.json.
type entry struct {
	Budget string `json:"budget"`
	Pruner string `json:"pruner"`
	// Weights is the folder of a difference to the base; empty: the base's own.
	Weights string `json:"weights"`
}

// Load unpacks the embedded model.
func Load() (*Set, error) {
	root, err := fs.Sub(files, "files")
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
	text, err := fs.ReadFile(root, "points.json")
	if err != nil {
		return nil, err
	}
	var list []entry
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("embedded points.json: %w", err)
	}
	s.Points = []bench.Point{{Method: results.MethodNone, Rule: pruners.None{}, Tuned: true, Load: func() (*model.Checkpoint, error) { return s.Base, nil }}}
	for _, x := range list {
		p, err := pruners.Parse(x.Pruner)
		if err != nil {
			return nil, fmt.Errorf("embedded points.json: %w", err)
		}
		s.Points = append(s.Points, bench.Point{Method: bench.Method(p), Budget: x.Budget, Rule: p, Tuned: x.Weights != "", Load: func() (*model.Checkpoint, error) {
			if x.Weights == "" {
				return s.Base, nil
			}
			return finetune.Apply(s.Base, root, x.Weights)
		}})
	}
	return s, nil
}
