package main

import (
	"fmt"

	"ltpbench/bench/embedded"
	"ltpbench/model"
	"ltpbench/model/tokenize"
)

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
	if c.Config.Labels == 0 {
		return nil, nil, "", fmt.Errorf("%s has no classifier; fine-tune it first with `ltpbench train`", dir)
	}
	if words, err = tokenize.Load(dir); err != nil {
		return nil, nil, "", err
	}
	if n := words.VocabSize(); n > c.Config.Vocab {
		return nil, nil, "", fmt.Errorf("%s: the tokenizer has %d pieces and config.json says vocab_size %d: they belong to different models", dir, n, c.Config.Vocab)
	}
	return c, words, dir, nil
}
