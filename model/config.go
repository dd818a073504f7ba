package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The values of Config.Problem.
const (
	Regression     = "regression"
	Classification = "single_label_classification"
	MultiLabel     = "multi_label_classification" // each label is there or not, by the sign of its logit
)

// Config describes an encoder and its head: the contents of a config.json. A value made in Go needs
// Family and the sizes; the zero value of Labels means that there is no head. Fields of the file that
// Config does not know are carried along and written back, so a Config read from a file and changed is
// still that file's. Copies share the carried fields, which nobody changes.
type Config struct {
	Family Family

	Layers    int // encoder blocks, L
	Width     int // hidden size, d
	Heads     int // attention heads, H; each is Width/Heads wide
	FFN       int // inner width of the feed-forward network
	Vocab     int // rows of the word embedding
	Positions int // rows of the position embedding; MaxLength is how many a sequence can use
	Segments  int // rows of the segment (token type) embedding; 0 if the family has none
	Labels    int // logits of the head; 0 without one
	PadID     int // the padding token; RoBERTa counts positions from the one after it

	EmbeddingWidth int    // width of the embedding's rows; 0: Width
	Groups         int    // groups of layers that share weights; 0: each has its own
	Activation     string // of the feed-forward networks, as config.json names it; empty: gelu

	Eps float32 // added to the variance in every LayerNorm

	HiddenDropout     float32 // after the embedding, the attention output and the feed-forward network
	AttentionDropout  float32 // of attention probabilities
	ClassifierDropout float32 // in front of the head's last layer
	InitRange         float32 // standard deviation of new weights

	LabelNames []string // one name per label, or nil
	Problem    string   // Regression, Classification, MultiLabel, or empty: see IsRegression

	carried map[string]json.RawMessage
}

// Identity is the configuration as text, without the fields that are only carried along: with equal weights and
// equal identities two encoders compute the same.
func (c *Config) Identity() string {
	type fields Config // without Config's own way to JSON
	text, err := json.Marshal((*fields)(c))
	if err != nil {
		panic("model: a configuration's fields are always JSON")
	}
	return string(text)
}

// FirstPosition is the row of the position embedding that a sequence's first token uses:
// PadID+1 in RoBERTas, 0 elsewhere.
func (c *Config) FirstPosition() int {
	if f := c.family(); f != nil && f.afterPad {
		return c.PadID + 1
	}
	return 0
}

// MaxLength is the longest sequence, in tokens, for which there are position embeddings.
func (c *Config) MaxLength() int { return c.Positions - c.FirstPosition() }

// Limits is what a tokenizer has to keep to: rows of the word and of the segment embedding, tokens of a sequence.
func (c *Config) Limits() (vocab, segments, length int) { return c.Vocab, c.Segments, c.MaxLength() }

// IsRegression reports whether the head's one logit is a score to be fitted by squared error. Like
// transformers, an empty Problem means regression exactly if there is one label.
func (c *Config) IsRegression() bool {
	return c.Problem == Regression || c.Problem == "" && c.Labels == 1
}

// IsMultiLabel reports whether each label is there or not by itself.
func (c *Config) IsMultiLabel() bool { return c.Problem == MultiLabel }

// Contradiction reports where problem_type and the number of outputs disagree: then nobody knows what the logits
// mean, though they can be computed.
func (c *Config) Contradiction() error {
	switch {
	case c.Problem == Regression && c.Labels > 1:
		return fmt.Errorf("config.json: problem_type is %q and there are %d outputs: set problem_type to %q if they are classes", Regression, c.Labels, Classification)
	case c.Problem == Classification && c.Labels == 1:
		return fmt.Errorf("config.json: problem_type is %q and there is one output: set problem_type to %q if it is a score", Classification, Regression)
	}
	return nil
}

// Check reports the first thing that makes the configuration impossible to build, by the name that
// config.json gives it.
func (c *Config) Check() error {
	f := c.family()
	if f == nil {
		return errFamily(c.Family)
	}
	keys := f.keys
	for _, s := range keys.sizes(c) {
		if *s.value < 1 || *s.value > s.most {
			return fmt.Errorf("%s is %d: it must be at least 1 and at most %d", s.key, *s.value, s.most)
		}
	}
	if _, ok := activations[c.activation()]; !ok {
		return fmt.Errorf("%s is %q, which is not supported; supported are %s", keys.act, c.activation(), strings.Join(slices.Sorted(maps.Keys(activations)), ", "))
	}
	switch {
	case c.Width%c.Heads != 0:
		return fmt.Errorf("%s %d does not divide into %d heads (%s)", keys.width, c.Width, c.Heads, keys.heads)
	case c.PadID < 0 || c.PadID >= c.Vocab:
		return fmt.Errorf("pad_token_id %d lies outside the vocabulary of %d", c.PadID, c.Vocab)
	case c.MaxLength() < 1:
		return fmt.Errorf("max_position_embeddings %d leaves no position after pad_token_id %d", c.Positions, c.PadID)
	case f.segments && c.Segments < 1:
		return errors.New("type_vocab_size must be at least 1")
	case !f.segments && c.Segments != 0:
		return fmt.Errorf("type_vocab_size: a %s has no segments; remove it", f.class)
	case c.EmbeddingWidth < 0 || c.EmbeddingWidth > 1<<20 || c.Embedding() != c.Width && f.project == "":
		return fmt.Errorf("embedding_size is %d: a %s has embeddings as wide as its layers, %d", c.EmbeddingWidth, f.class, c.Width)
	case c.Groups < 0 || c.Groups > c.Layers || c.Groups != 0 && !f.grouped:
		return fmt.Errorf("num_hidden_groups is %d of %d layers", c.Groups, c.Layers)
	case c.Groups != 0 && c.Layers%c.Groups != 0:
		return fmt.Errorf("num_hidden_groups %d does not divide %d layers", c.Groups, c.Layers)
	case !(c.Eps > 0):
		return fmt.Errorf("layer_norm_eps is %g: it must be positive", c.Eps)
	case c.Labels < 0 || c.Labels > 1<<20:
		return fmt.Errorf("num_labels is %d", c.Labels)
	case c.LabelNames != nil && len(c.LabelNames) != c.Labels:
		return fmt.Errorf("id2label has %d labels and num_labels is %d: make them agree", len(c.LabelNames), c.Labels)
	}
	for _, p := range []rate{{keys.hiddenDropout, &c.HiddenDropout}, {keys.attentionDropout, &c.AttentionDropout}, {keys.classifierDropout, &c.ClassifierDropout}} {
		if !(*p.value >= 0 && *p.value < 1) {
			return fmt.Errorf("%s is %g: a dropout rate lies in [0, 1)", p.key, *p.value)
		}
	}
	if !(c.InitRange >= 0) {
		return fmt.Errorf("initializer_range is %g: it must not be negative", c.InitRange)
	}
	switch c.Problem {
	case "", Regression, Classification, MultiLabel:
		return nil
	}
	return fmt.Errorf("problem_type %q is not supported: use %q, %q or %q", c.Problem, Classification, MultiLabel, Regression)
}

// LabelName is the name of a label, LABEL_i if the file has none.
func (c *Config) LabelName(i int) string {
	if c.LabelNames == nil {
		return fmt.Sprintf("LABEL_%d", i)
	}
	return c.LabelNames[i]
}

// labelMaps is id2label and label2id as config.json wants them.
func (c *Config) labelMaps() (map[int]string, map[string]int) {
	names, ids := map[int]string{}, map[string]int{}
	for i := range c.Labels {
		name := c.LabelName(i)
		names[i], ids[name] = name, i
	}
	return names, ids
}

// setLabels takes over id2label, whose keys must be 0, 1, 2 ...
func (c *Config) setLabels(names map[int]string) error {
	c.Labels, c.LabelNames = len(names), make([]string, len(names))
	for i, id := range slices.Sorted(maps.Keys(names)) {
		if i != id {
			return fmt.Errorf("id2label has no entry for label %d: number the labels from 0 without a gap", i)
		}
		c.LabelNames[i] = names[id]
	}
	return nil
}

// Shallow is the configuration of the first layers alone, so many of them.
func (c *Config) Shallow(layers int) *Config {
	if layers == c.Layers {
		return c
	}
	first := *c
	first.Layers = layers
	return &first
}
