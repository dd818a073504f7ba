package main

import (
	"fmt"
	"slices"

	"ltpbench/bench/peers/engine"
	"ltpbench/bench/recipe"
	"ltpbench/bench/text"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/model/train"
	"ltpbench/results"
)

// row is one line of the comparison.
type row struct {
	point  string // "Encoder", "EncoderExact", "MatMul" or "Train"
	keys   []results.Key
	job    engine.Job
	peers  []string
	tokens int   // real tokens of a pass; 0 for a product
	flops  int64 // of a pass: `paper` over real tokens, or the product's
	repeat int   // passes of a round
}

// subset is how many texts are run; 0: all. In their files' order, evenly spread.
type subset struct{ sst2, imdb, steps int }

var (
	quickly = subset{64, 16, 8}
	fully   = subset{0, 192, 48}
)

func (s subset) String() string {
	some := func(n int, of string) string {
		if n == 0 {
			return "all of " + of
		}
		return fmt.Sprintf("%d of %s", n, of)
	}
	return fmt.Sprintf("%s, %s, %d training steps", some(s.sst2, "SST-2 dev"), some(s.imdb, "IMDB test"), s.steps)
}

// encoderRows are the rows over real text: the headline, and ours without its shortcut.
func encoderRows(o *options, s subset) ([]row, error) {
	c, err := model.Load(o.encoder)
	if err != nil {
		return nil, err
	}
	words, err := tokenize.Load(o.encoder)
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, x := range []struct {
		task, split, text, order string
		n, batch                 int
	}{
		{"SST-2", "dev", "sst2", "natural", s.sst2, 32}, {"IMDB", "test", "imdb", "natural", s.imdb, 8},
		{"SST-2", "dev", "sst2", "sorted", s.sst2, 32}, {"IMDB", "test", "imdb", "sorted", s.imdb, 8},
		{"SST-2", "dev", "sst2", "natural", s.sst2, 1},
	} {
		examples, err := texts(o, words, x.task, x.split, x.n, c.Config.MaxLength())
		if err != nil {
			return nil, err
		}
		if x.order == "sorted" {
			slices.SortStableFunc(examples, func(a, b train.Example) int { return len(a.IDs) - len(b.IDs) })
		}
		r := row{point: "Encoder", repeat: 1, peers: []string{"openvino", "onnxruntime", "pytorch"}, keys: []results.Key{
			{Name: "model", Value: modelName(o.encoder)}, {Name: "text", Value: x.text}, {Name: "order", Value: x.order}, {Name: "batch", Value: fmt.Sprint(x.batch)}}}
		r.job = engine.Job{Do: "encoder", Model: o.encoder, Threads: o.threads}
		for part := range slices.Chunk(examples, x.batch) {
			var ids [][]int32
			for _, e := range part {
				ids = append(ids, e.IDs)
				r.tokens += len(e.IDs)
				r.flops += model.Full(&c.Config, len(e.IDs))
			}
			r.job.Batches = append(r.job.Batches, ids)
		}
		exact := r
		exact.point, exact.peers, exact.job.Exact = "EncoderExact", nil, true
		rows = append(rows, r, exact)
	}
	return rows, nil
}

func texts(o *options, words *tokenize.Tokenizer, name, split string, n, length int) ([]train.Example, error) {
	task, err := text.Lookup(name)
	if err != nil {
		return nil, err
	}
	all, err := text.Open(o.data, task, split)
	if err != nil {
		return nil, err
	}
	if n > 0 && n < len(all) {
		var some []text.Example
		for i := range n {
			some = append(some, all[i*len(all)/n])
		}
		all = some
	}
	examples, _, err := recipe.Tokenize(words, task, all, length)
	return examples, err
}

// productRows are the products of the issue at one thread and at all.
func productRows(o *options) []row {
	var rows []row
	for _, s := range [][3]int{{512, 384, 1536}, {2048, 768, 3072}, {32, 384, 1536}} {
		for _, threads := range slices.Compact([]int{1, o.threads}) {
			r := row{point: "MatMul", peers: []string{"openblas"}, keys: []results.Key{
				{Name: "shape", Value: fmt.Sprintf("%dx%dx%d", s[0], s[1], s[2])}, {Name: "threads", Value: fmt.Sprint(threads)}}}
			r.job = engine.Job{Do: "product", M: s[0], K: s[1], N: s[2], Threads: threads}
			r.flops = 2 * int64(s[0]) * int64(s[1]) * int64(s[2])
			r.repeat = max(1, int(4e10/r.flops))
			rows = append(rows, r)
		}
	}
	return rows
}

// trainRow is fine-tuning on SST-2, 32 sentences of like length a batch.
func trainRow(o *options, steps int) (row, error) {
	words, err := tokenize.Load(o.trained)
	if err != nil {
		return row{}, err
	}
	examples, err := texts(o, words, "SST-2", "train", 12800, 128)
	if err != nil {
		return row{}, err
	}
	r := row{point: "Train", repeat: 1, peers: []string{"pytorch"}, keys: []results.Key{
		{Name: "model", Value: modelName(o.trained)}, {Name: "text", Value: "sst2"}, {Name: "order", Value: "bylength"}, {Name: "batch", Value: "32"}}}
	r.job = engine.Job{Do: "train", Model: o.trained, Threads: o.threads}
	for _, which := range (train.Batching{Batch: 32, Seed: 1}).Batches(examples, 0)[:steps] {
		var ids [][]int32
		var labels []int
		for _, i := range which {
			ids, labels = append(ids, examples[i].IDs), append(labels, int(examples[i].Target[1]))
			r.tokens += len(examples[i].IDs)
		}
		r.job.Batches, r.job.Labels = append(r.job.Batches, ids), append(r.job.Labels, labels)
	}
	return r, nil
}
