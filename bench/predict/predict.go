// Package predict predicts labels of texts with a model and a pruning rule, batch by batch.
package predict

import (
	"errors"
	"fmt"

	"ltpbench/bench/eval"
	"ltpbench/bench/text"
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/tokenize"
	"ltpbench/pruners"
)

// Prediction is the prediction for one text.
type Prediction struct {
	Label         int       // index of the largest logit; 0 in a regression
	Logits        []float32 // the head's output; a regression's one logit is the score
	Probabilities []float64 // softmax of Logits, or of each by itself with several labels at once; nil in a regression
	PerLayer      []int     // tokens that leave each layer
	Positions     []int32   // of the tokens that leave the last layer, counted from 0
	Tokens        []string  // the same as pieces of the vocabulary
	// Merged lists, where the rule merges tokens, of which each of these is made, as pieces of
	// the vocabulary (see model.Run.Composition); nil elsewhere.
	Merged [][]string
}

// Predictor is a model with a rule on a device. Not safe for concurrent use.
type Predictor struct {
	c         *model.Config
	e         *model.Encoder
	words     *tokenize.Tokenizer
	maxLength int
	texts     int // predicted so far
	truncated int // of them
	run       *eval.Runner
}

// Truncated says in a sentence how many of the texts so far were truncated; "" if none was.
func (p *Predictor) Truncated() string {
	return text.Truncated(p.words, p.truncated, p.texts, p.maxLength)
}

// New makes a predictor; a text is cut to at most maxLength tokens, 0: as many as the model has positions for.
// Errors name what the model lacks, or that the rule does not fit it.
func New(d hw.Device, c *model.Checkpoint, words *tokenize.Tokenizer, rule pruners.Pruner, maxLength int) (*Predictor, error) {
	if err := c.NeedsHead(); err != nil {
		return nil, err
	}
	words, err := words.For(c.Config.Limits())
	if err != nil {
		return nil, err
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
	p := &Predictor{c: &c.Config, e: e, words: words, maxLength: maxLength, run: eval.NewRunner(e, rule, model.Options{FullLastLayer: true})}
	if err := p.run.Reserve(model.Size{Rows: 1, Seqs: 1, Longest: 1, Pairs: 1}); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// Close gives the device's memory back; closing twice does nothing.
func (p *Predictor) Close() {
	p.run.Close()
	p.e.Close()
}

// Predict runs texts as one batch. Labels of the examples are not looked at. The predictions are the caller's.
func (p *Predictor) Predict(texts []text.Example) ([]Prediction, error) {
	seqs, truncated, _, err := text.EncodeAll(p.words, texts, p.maxLength)
	if err != nil {
		return nil, err
	}
	p.texts, p.truncated = p.texts+len(texts), p.truncated+truncated
	logits, err := p.run.Logits(ragged.Pack(seqs...))
	if bad := (*eval.NotFinite)(nil); errors.As(err, &bad) {
		return nil, fmt.Errorf("the model gives %g for %q: its weights are broken", bad.Value, texts[bad.Sequence].Text)
	}
	if err != nil {
		return nil, err
	}
	_, _, kept := p.run.Last().Counts()
	ends, positions := p.run.Last().Kept(p.run.Last().Depth() - 1)
	made := p.run.Last().Composition()
	list := make([]Prediction, len(texts))
	for i := range list {
		x := Prediction{Logits: logits[i], PerLayer: kept[i], Positions: positions[ends[i]:ends[i+1]]}
		for _, at := range x.Positions {
			x.Tokens = append(x.Tokens, p.words.Token(seqs[i].IDs[at]))
		}
		for row := ends[i]; row < ends[i+1] && made != nil; row++ {
			parts := []string{}
			for _, at := range made[row] {
				parts = append(parts, p.words.Token(seqs[i].IDs[at]))
			}
			x.Merged = append(x.Merged, parts)
		}
		switch {
		case p.c.IsMultiLabel():
			x.Label, x.Probabilities = eval.Largest(x.Logits), eval.Logistic(x.Logits)
		case !p.c.IsRegression():
			x.Label, x.Probabilities = eval.Largest(x.Logits), eval.Softmax(x.Logits)
		}
		list[i] = x
	}
	return list, nil
}
