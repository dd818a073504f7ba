package main

import (
	"fmt"
	"os"

	"ltpbench/bench/embedded"
	"ltpbench/bench/recipe"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/pruners"
)

// ruleFor parses a pruner's spec; without one it is the rule that the model's weights were made for, or none. The
// note of how they were made is nil if there is none.
func ruleFor(spec, dir string) (pruners.Pruner, *recipe.Outcome, error) {
	var note *recipe.Outcome
	var err error
	if dir != "" {
		if note, err = recipe.ReadOutcome(dir); err != nil {
			return nil, nil, err
		}
	}
	if spec == "" && note == nil {
		return pruners.None{}, nil, nil
	}
	if note != nil && (spec == "" || spec == note.Pruner) {
		rule, err := note.Rule(os.DirFS(dir), ".")
		if err != nil {
			return nil, nil, fmt.Errorf("%s, training.json: %w", dir, err)
		}
		return rule, note, nil
	}
	rule, err := pruners.Parse(spec)
	if err != nil {
		return nil, nil, errUsage{err}
	}
	return rule, note, nil
}

// loadClassifier reads a fine-tuned model's folder, or the embedded model if dir is empty. name is what messages
// and records call it.
func loadClassifier(dir string) (c *model.Checkpoint, words *tokenize.Tokenizer, name string, err error) {
	if dir == "" {
		set, err := embedded.Load()
		if err != nil {
			return nil, nil, "", err
		}
		return set.Base, set.Words, embedded.Name, nil
	}
	if c, err = model.Load(dir); err != nil {
		return nil, nil, "", err
	}
	if err = c.NeedsHead(); err == nil {
		err = c.Config.Contradiction()
	}
	if err != nil {
		return nil, nil, "", fmt.Errorf("%s: %w", dir, err)
	}
	if words, err = tokenize.Load(dir); err != nil {
		return nil, nil, "", err
	}
	if words, err = words.For(c.Config.Limits()); err != nil {
		return nil, nil, "", fmt.Errorf("%s: %w", dir, err)
	}
	return c, words, dir, nil
}
