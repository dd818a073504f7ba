// Package explain shows, of single texts, which token leaves in which layer under which rule, and with what score.
package explain

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

// Subject is a rule with the weights that it prunes.
type Subject struct {
	Weights *model.Checkpoint
	Rule    pruners.Pruner
}

// Text is an example with what the unpruned model and each rule made of it.
type Text struct {
	text.Example
	Tokens []string // pieces of the vocabulary
	Answer Answer   // the unpruned model's
	Traces []Trace  // a rule each
}

// Answer is what a classifier's head gives.
type Answer struct {
	Logits []float32
	Text   string // for people: "positive 98.1 %"
}

// Trace is what one rule made of one text.
type Trace struct {
	Spec   string
	Layers int // that run
	Answer Answer
	Ratio  float64 // relative `paper` FLOPs of this text
	Ways   []Way   // a token each
	// Relative means that scores are in units of the mean over the tokens that enter the layer; else they are as the
	// rule reads them, since some are below 0.
	Relative bool
}

// Explainer runs rules over texts on a device. Not safe for concurrent use.
type Explainer struct {
	words     *tokenize.Tokenizer
	config    *model.Config
	maxLength int
	runs      []*run // the unpruned model, then the subjects
	texts     int
	truncated int
}

// run is an encoder with a rule.
type run struct {
	rule   pruners.Pruner
	e      *model.Encoder
	runner *eval.Runner
	merges *merges // nil: the rule does not merge
}

// New makes an explainer; base is the unpruned model. A text is cut to maxLength tokens, 0: as many as the model takes.
// Subjects have the base's tokenizer and configuration. An error names what does not fit.
func New(d hw.Device, base *model.Checkpoint, words *tokenize.Tokenizer, maxLength int, subjects []Subject) (*Explainer, error) {
	words, err := words.For(base.Config.Limits())
	if err != nil {
		return nil, err
	}
	x := &Explainer{words: words, config: &base.Config, maxLength: maxLength}
	if x.maxLength == 0 {
		x.maxLength = base.Config.MaxLength()
	}
	for _, s := range append([]Subject{{base, pruners.None{}}}, subjects...) {
		r := &run{rule: s.Rule}
		if r.e, err = model.New(d, s.Weights); err == nil {
			x.runs = append(x.runs, r)
			var rule pruners.Pruner
			rule, r.merges = watched(s.Rule)
			r.runner = eval.NewRunner(r.e, rule, model.Options{FullLastLayer: true})
			err = r.runner.Reserve(model.Size{Rows: 1, Seqs: 1, Longest: 1, Pairs: 1})
		}
		if err != nil {
			x.Close()
			return nil, err
		}
	}
	return x, nil
}

// Close gives the device's memory back.
func (x *Explainer) Close() {
	for _, r := range x.runs {
		if r.runner != nil {
			r.runner.Close()
		}
		r.e.Close()
	}
}

// Truncated says in a sentence how many of the texts so far were truncated; "" if none was.
func (x *Explainer) Truncated() string {
	return text.Truncated(x.words, x.truncated, x.texts, x.maxLength)
}

// Explain runs texts as one batch under every rule.
func (x *Explainer) Explain(texts []text.Example) ([]Text, error) {
	list, seqs := make([]Text, len(texts)), make([]ragged.Sequence, len(texts))
	for i, one := range texts {
		var cut bool
		var err error
		if seqs[i], cut, err = text.Encode(x.words, one, x.maxLength); err != nil {
			return nil, err
		}
		x.texts++
		if cut {
			x.truncated++
		}
		list[i].Example = one
		for _, id := range seqs[i].IDs {
			list[i].Tokens = append(list[i].Tokens, x.words.Token(id))
		}
	}
	for n, r := range x.runs {
		if r.merges != nil {
			clear(r.merges.layers)
		}
		logits, err := r.runner.Logits(ragged.Pack(seqs...))
		if bad := (*eval.NotFinite)(nil); errors.As(err, &bad) {
			return nil, fmt.Errorf("the model gives %g for %q: its weights are broken", bad.Value, texts[bad.Sequence].Text)
		}
		if err != nil {
			return nil, err
		}
		traces := r.trace(seqs)
		for i := range list {
			answer := Answer{logits[i], x.answer(logits[i])}
			if n == 0 {
				list[i].Answer = answer
				continue
			}
			traces[i].Answer = answer
			list[i].Traces = append(list[i].Traces, traces[i])
		}
	}
	return list, nil
}

// answer writes what logits mean.
func (x *Explainer) answer(logits []float32) string {
	if x.config.IsRegression() {
		return fmt.Sprintf("score %.3f", logits[0])
	}
	best := eval.Largest(logits)
	return fmt.Sprintf("%s %.1f %%", text.LabelNames(x.config)[best], 100*eval.Softmax(logits)[best])
}
