package sweep

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"

	"ltpbench/bench/embedded"
	"ltpbench/bench/plan"
	"ltpbench/bench/search"
	"ltpbench/bench/text"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/model/tokenize"
)

// subject is one model with one text: what a record is about.
type subject struct {
	name     string
	weights  *model.Checkpoint
	words    *tokenize.Tokenizer
	embedded *embedded.Set
	data     plan.Data
	corpus   *corpus
	longest  int               // tokens of a text at most
	measured []ragged.Sequence // corpus.measured
	held     []ragged.Sequence // corpus.held
	// truncated and trainTruncated are how many measured and training texts are longer.
	truncated, trainTruncated int

	fronts map[string]*search.Front // of earlier searches that the plan names, by method

	hash      string // of the weights
	dataHash  string // of the measured text
	trainHash string // of training and held-out text, as text and in tokens, and of the model's configuration
}

// newSubject loads a model and reads its text. What does not fit together is an error.
func newSubject(p *plan.Plan, name string, d plan.Data) (*subject, error) {
	s := &subject{data: d}
	if name == plan.Embedded {
		set, err := embedded.Load()
		if err != nil {
			return nil, err
		}
		s.name, s.weights, s.words, s.embedded = embedded.Name, set.Base, set.Words, set
	} else {
		dir, err := plan.Path(name)
		if err != nil {
			return nil, err
		}
		if s.weights, err = model.Load(dir); err != nil {
			return nil, err
		}
		if s.words, err = tokenize.Load(dir); err != nil {
			return nil, err
		}
		if err = s.weights.Config.Contradiction(); err == nil {
			s.words, err = s.words.For(s.weights.Config.Limits())
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		s.name = filepath.Base(filepath.Clean(dir))
	}
	c := &s.weights.Config
	if c.Labels == 0 && d.Train == "" {
		return nil, fmt.Errorf("%s has no classifier: give training text (--train FILE), or fine-tune it first with `ltpbench train`", name)
	}
	var err error
	if s.corpus, err = readText(p, d, c, s.name); err != nil {
		return nil, err
	}
	if s.corpus.task.Several && c.Labels > 0 {
		c.Problem = model.MultiLabel
	}
	if task := s.corpus.task; c.Labels != 0 && c.Labels != max(1, len(task.Labels)) {
		return nil, fmt.Errorf("%s has %d labels and task %s %d: give the model's own text (--data FILE), or fine-tune it with `ltpbench train`", s.name, c.Labels, task.Name, max(1, len(task.Labels)))
	}
	s.longest = c.MaxLength()
	if p.MaxLength > 0 {
		s.longest = min(s.longest, p.MaxLength)
	}
	var truncated int
	if s.measured, truncated, err = text.Tokenize(s.words, s.corpus.task, s.corpus.measured, s.longest); err != nil {
		return nil, err
	}
	if note := text.Truncated(s.words, truncated, len(s.measured), s.longest); note != "" {
		s.corpus.found = append(s.corpus.found, "measured text: "+note)
	}
	s.truncated = truncated
	if s.held, _, err = text.Tokenize(s.words, s.corpus.task, s.corpus.held, s.longest); err != nil {
		return nil, err
	}
	training, truncated, err := text.Tokenize(s.words, s.corpus.task, s.corpus.train, s.longest)
	if err != nil {
		return nil, err
	}
	s.trainTruncated = truncated
	if note := text.Truncated(s.words, s.trainTruncated, len(s.corpus.train), s.longest); note != "" {
		s.corpus.found = append(s.corpus.found, "training text: "+note)
	}
	s.fronts, err = readFronts(p, c.Layers)
	s.hash, s.dataHash = s.weights.Hash(), text.Hash(s.corpus.measured)
	s.trainHash = text.Hash(s.corpus.train) + " " + text.Hash(s.corpus.held) + " " + tokensHash(training, s.held) + " " + c.Identity()
	return s, err
}

// tokensHash stands for lists of sequences, and so for the tokenizer and the length that made them.
func tokensHash(lists ...[]ragged.Sequence) string {
	h := sha256.New()
	for _, list := range lists {
		for _, s := range list {
			fmt.Fprintln(h, s.IDs, s.Segments)
		}
		fmt.Fprintln(h)
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// untrained reports whether the model has to be fine-tuned before it answers at all.
func (s *subject) untrained() bool { return s.weights.Config.Labels == 0 }
