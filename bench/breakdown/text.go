package main

import (
	"fmt"
	"slices"

	"ltpbench/bench/text"
	"ltpbench/internal/ragged"
	"ltpbench/model/tokenize"
)

// longest is where texts are cut, in tokens.
const longest = 512

// workload is what is run: a task's test split in batches.
type workload struct {
	name, task, split string
	examples          int
	batch             int
}

var texts = map[string]workload{
	"sst2":  {name: "sst2", task: "SST-2", split: "dev", examples: 872, batch: 32},
	"imdb":  {name: "imdb", task: "IMDB", split: "test", examples: 128, batch: 8},
	"alone": {name: "sst2", task: "SST-2", split: "dev", examples: 872, batch: 1},
}

// read returns every n-th batch of the text, sorted by length.
func (t workload) read(data string, words *tokenize.Tokenizer, every int) ([]ragged.Batch, error) {
	task, err := text.Lookup(t.task)
	if err != nil {
		return nil, err
	}
	all, err := text.Open(data, task, t.split)
	if err != nil {
		return nil, err
	}
	var seqs []ragged.Sequence
	for i, x := range all[:min(t.examples, len(all))] {
		e, err := words.Encode(x.Text, nil, longest)
		if err != nil {
			return nil, fmt.Errorf("%s, example %d: %w", t.task, i+1, err)
		}
		seqs = append(seqs, ragged.Sequence{IDs: e.IDs, Segments: e.Segments})
	}
	slices.SortStableFunc(seqs, func(a, b ragged.Sequence) int { return len(a.IDs) - len(b.IDs) })
	var list []ragged.Batch
	for i := 0; i < len(seqs); i += t.batch * every {
		list = append(list, ragged.Pack(seqs[i:min(len(seqs), i+t.batch)]...))
	}
	return list, nil
}
