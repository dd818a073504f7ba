package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"ltpbench/internal/ragged"
	"ltpbench/model"
)

// shape is an encoder that is measured; its weights are random.
type shape struct {
	name   string
	config model.Config
}

// shapes are BERT-base's and bge-small's; tiny, one that a simulated device can run.
func shapes(tiny bool) []shape {
	bert := func(name string, layers, width, heads, vocab, positions int) shape {
		return shape{name, model.Config{
			Family: model.BERT, Layers: layers, Width: width, Heads: heads, FFN: 4 * width, Vocab: vocab, Positions: positions, Segments: 2,
			Eps: 1e-12, HiddenDropout: 0.1, AttentionDropout: 0.1, InitRange: 0.02,
		}}
	}
	if tiny {
		return []shape{bert("tiny-3x32", 3, 32, 2, 300, 64)}
	}
	return []shape{bert("bert-base-12x768", 12, 768, 12, 30522, 512), bert("bge-small-12x384", 12, 384, 12, 30522, 512)}
}

// weights draws a model: deviations of 0.02 as BERT begins, but queries and keys so wide
// that attention scores deviate by 2, or every token would receive the same attention.
func (s shape) weights() *model.Checkpoint {
	c := &model.Checkpoint{Config: s.config, Tensors: map[string]model.Tensor{}}
	for i, t := range c.Config.Tensors() {
		random, data := rand.New(rand.NewPCG(1, uint64(i))), make([]float32, model.Elements(t.Shape))
		deviation, mean := c.Config.InitRange, float32(0)
		switch {
		case strings.Contains(t.Name, "norm") && strings.HasSuffix(t.Name, ".weight"):
			mean = 1
		case strings.HasSuffix(t.Name, ".query.weight"), strings.HasSuffix(t.Name, ".key.weight"):
			deviation = float32(math.Sqrt(2 / float64(c.Config.Width)))
		}
		for j := range data {
			data[j] = mean + deviation*float32(random.NormFloat64())
		}
		c.Tensors[t.Name] = model.Tensor{Shape: t.Shape, Data: data}
	}
	return c
}

// folder returns the model's Hugging Face folder below dir, which it writes unless it is there.
func (s shape) folder(dir string) (string, error) {
	dir = filepath.Join(dir, s.name)
	if _, err := os.Stat(filepath.Join(dir, "config.json")); err == nil {
		return dir, nil
	}
	return dir, s.weights().Save(dir)
}

// lengths.txt holds lines of a name and the numbers of tokens of its texts, in order.
//
//go:embed lengths.txt
var lengthsFile []byte

// lengths are the tokens of a text's examples: "sst2" and "imdb" from the file, or a
// number, as in "512", for count texts of that many. No text is longer than most.
func lengths(text string, count, most int) ([]int, error) {
	var list []int
	if n, err := strconv.Atoi(text); err == nil {
		for range count {
			list = append(list, min(n, most))
		}
		return list, nil
	}
	for line := range bytes.Lines(lengthsFile) {
		words := strings.Fields(string(line))
		if len(words) == 0 || words[0] != text {
			continue
		}
		for _, w := range words[1:] {
			n, err := strconv.Atoi(w)
			if err != nil || n < 2 {
				return nil, fmt.Errorf("lengths.txt: %s: %q is no number of tokens", text, w)
			}
			if len(list) < count {
				list = append(list, min(n, most))
			}
		}
	}
	if len(list) < count {
		return nil, fmt.Errorf("lengths.txt has %d texts of %s, not %d", len(list), text, count)
	}
	return list, nil
}

// examples are count texts of a text's lengths, whose tokens and classes are drawn.
func (s shape) examples(text string, count int) (all []ragged.Sequence, labels []int, err error) {
	list, err := lengths(text, count, s.config.Positions)
	if err != nil {
		return nil, nil, err
	}
	random := rand.New(rand.NewPCG(2, 0))
	for _, n := range list {
		ids := make([]int32, n)
		for i := range ids {
			ids[i] = 3 + random.Int32N(int32(s.config.Vocab)-3)
		}
		ids[0], ids[n-1] = 1, 2 // every text begins and ends alike, as [CLS] and [SEP] do
		all, labels = append(all, ragged.Sequence{IDs: ids, Segments: make([]int32, n)}), append(labels, random.IntN(2))
	}
	return all, labels, nil
}
