// Package predict says what a model with a pruning rule makes of texts, batch by batch, as many as there are.
package predict

import (
	"errors"
	"fmt"
	"math"

	"ltpbench/bench/text"
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/pruners"
)

// Prediction is what a model says about one text.
type Prediction struct {
	Label         int       // index of the largest logit; 0 in a regression
	Logits        []float32 // the head's output; a regression's one logit is the score
	Probabilities []float64 // softmax of Logits; nil in a regression
	PerLayer      []int     // tokens that leave each layer
	Positions     []int32   // of the tokens that leave the last layer, counted from 0
	Tokens        []string  // the same as pieces of the vocabulary
}

// Predictor is a model with a rule on a device. Not safe for concurrent use.
type Predictor struct {
	e         *model.Encoder
	words     *tokenize.Tokenizer
	rule      pruners.Pruner
	maxLength int
	run       *model.Run
	size      model.Size
}

// New makes a predictor; a text is cut to at most maxLength tokens, 0: as many as the model has positions for.
// Errors say what the model lacks, or that the rule does not fit it.
func New(d hw.Device, c *model.Checkpoint, words *tokenize.Tokenizer, rule pruners.Pruner, maxLength int) (*Predictor, error) {
	if c.Config.Labels == 0 {
		return nil, errors.New("the model has no classifier; fine-tune it first with `ltpbench train`")
	}
	if words.VocabSize() > c.Config.Vocab {
		return nil, fmt.Errorf("the tokenizer has %d pieces and the model %d: they belong to different models", words.VocabSize(), c.Config.Vocab)
	}
	if limit := c.Config.MaxLength(); maxLength == 0 {
		maxLength = limit
	} else if maxLength > limit {
		return nil, fmt.Errorf("the model has positions for %d tokens, not %d", limit, maxLength)
	}
	e, err := model.New(d, c)
	if err != nil {
		return nil, err
	}
	p := &Predictor{e: e, words: words, rule: rule, maxLength: maxLength}
	return p, p.grow(model.Size{Rows: 1, Seqs: 1, Longest: 1, Pairs: 1})
}

// grow makes room for a batch. Memory of a device lives as long as it, so each step at least doubles it.
func (p *Predictor) grow(size model.Size) error {
	double := func(have, need int) int {
		if need <= have {
			return have
		}
		return max(need, 2*have)
	}
	p.size = model.Size{Rows: double(p.size.Rows, size.Rows), Seqs: double(p.size.Seqs, size.Seqs),
		Longest: double(p.size.Longest, size.Longest), Pairs: double(p.size.Pairs, size.Pairs)}
	var err error
	p.run, err = model.NewHardRun(p.e, p.rule, p.size, model.Options{Exact: true})
	return err
}

// Predict runs texts as one batch. Labels of the examples are not looked at. The predictions are the caller's.
func (p *Predictor) Predict(texts []text.Example) ([]Prediction, error) {
	seqs := make([]ragged.Sequence, len(texts))
	for i, x := range texts {
		var pair *string
		if x.HasPair {
			pair = &x.Pair
		}
		e, err := p.words.Encode(x.Text, pair, p.maxLength)
		if err != nil {
			return nil, err
		}
		seqs[i] = ragged.Sequence{IDs: e.IDs, Segments: e.Segments}
	}
	batch := ragged.Pack(seqs...)
	size := model.Size{}
	size.Fit(batch.Seqs)
	if size.Rows > p.size.Rows || size.Seqs > p.size.Seqs || size.Longest > p.size.Longest || size.Pairs > p.size.Pairs {
		if err := p.grow(size); err != nil {
			return nil, err
		}
	}
	p.run.Load(batch)
	out := p.e.Forward(p.run)
	if err := p.run.Sync(); err != nil {
		return nil, err
	}
	logits := make([]float32, out.Rows*out.Cols)
	p.e.Device.Read(logits, out)
	_, _, kept := p.run.Counts()
	ends, positions := p.run.Kept(p.e.Config.Layers - 1)
	list := make([]Prediction, len(texts))
	for i := range list {
		x := Prediction{Logits: logits[i*out.Cols : (i+1)*out.Cols], PerLayer: kept[i], Positions: positions[ends[i]:ends[i+1]]}
		for _, at := range x.Positions {
			x.Tokens = append(x.Tokens, p.words.Token(seqs[i].IDs[at]))
		}
		if !p.e.Config.IsRegression() {
			x.Label, x.Probabilities = softmax(x.Logits)
		}
		for _, v := range x.Logits {
			if v-v != 0 {
				return nil, fmt.Errorf("the model gives %g for %q: its weights are broken", v, texts[i].Text)
			}
		}
		list[i] = x
	}
	return list, nil
}

// softmax returns the index of the largest logit, the first of equals, and all probabilities.
func softmax(logits []float32) (best int, p []float64) {
	for i, v := range logits {
		if v > logits[best] {
			best = i
		}
	}
	p = make([]float64, len(logits))
	sum := 0.0
	for i, v := range logits {
		p[i] = math.Exp(float64(v) - float64(logits[best]))
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return best, p
}
