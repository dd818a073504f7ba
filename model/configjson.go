package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
)

// keys are the names one family's config.json uses where families differ.
type keys struct {
	layers, width, heads, ffn, act                     string
	hiddenDropout, attentionDropout, classifierDropout string
	defaultPad, defaultSegments                        int
	defaultClassifierDropout                           float32 // negative: the same as hiddenDropout
	class                                              string  // of transformers, without what it is for
}

var bertKeys = keys{
	layers: "num_hidden_layers", width: "hidden_size", heads: "num_attention_heads", ffn: "intermediate_size", act: "hidden_act",
	hiddenDropout: "hidden_dropout_prob", attentionDropout: "attention_probs_dropout_prob", classifierDropout: "classifier_dropout",
	defaultSegments: 2, defaultClassifierDropout: -1, class: "Bert",
}

var fields = map[Family]keys{
	BERT:    bertKeys,
	RoBERTa: robertaKeys(),
	DistilBERT: {
		layers: "n_layers", width: "dim", heads: "n_heads", ffn: "hidden_dim", act: "activation",
		hiddenDropout: "dropout", attentionDropout: "attention_dropout", classifierDropout: "seq_classif_dropout",
		defaultClassifierDropout: 0.2, class: "DistilBert",
	},
}

func robertaKeys() keys {
	k := bertKeys
	k.defaultPad, k.class = 1, "Roberta"
	return k
}

// size is a whole number that a configuration cannot do without.
type size struct {
	key   string
	value *int
	least int
}

func (k keys) sizes(c *Config) []size {
	return []size{
		{k.layers, &c.Layers, 1}, {k.width, &c.Width, 1}, {k.heads, &c.Heads, 1}, {k.ffn, &c.FFN, 1},
		{"vocab_size", &c.Vocab, 1}, {"max_position_embeddings", &c.Positions, 1},
	}
}

// rate is a number with a fraction.
type rate struct {
	key   string
	value *float32
}

func (k keys) rates(c *Config) []rate {
	all := []rate{
		{k.hiddenDropout, &c.HiddenDropout}, {k.attentionDropout, &c.AttentionDropout}, {k.classifierDropout, &c.ClassifierDropout},
		{"initializer_range", &c.InitRange},
	}
	if c.Family != DistilBERT { // there it is a constant of the code, 1e-12
		all = append(all, rate{"layer_norm_eps", &c.Eps})
	}
	return all
}

// ParseConfig reads a config.json. What transformers would fill in from its defaults is filled in,
// sizes excepted: those must be there. Errors name the field. An activation other than erf GELU, relative
// positions, a decoder and an unknown model_type are refused: their numbers would be wrong without a word.
func ParseConfig(data []byte) (Config, error) {
	raw := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &raw); err != nil {
		return Config{}, fmt.Errorf("not a JSON object: %w", err)
	}
	c := Config{carried: raw}
	f := fieldReader{raw: raw}
	f.read("model_type", &c.Family)
	if c.Family == "" {
		return c, errors.Join(f.err, errors.New("model_type is missing: this is not a transformers config.json"))
	}
	k, ok := fields[c.Family]
	if !ok {
		return c, c.Check()
	}
	for _, s := range k.sizes(&c) {
		if !f.read(s.key, s.value) {
			return c, errors.Join(f.err, fmt.Errorf("%s is missing", s.key))
		}
	}
	c.PadID, c.Segments = k.defaultPad, k.defaultSegments
	c.HiddenDropout, c.AttentionDropout, c.ClassifierDropout = 0.1, 0.1, k.defaultClassifierDropout
	c.InitRange, c.Eps = 0.02, 1e-12
	f.read("pad_token_id", &c.PadID)
	if c.Family != DistilBERT {
		f.read("type_vocab_size", &c.Segments)
	}
	for _, r := range k.rates(&c) {
		f.read(r.key, r.value)
	}
	if k.defaultClassifierDropout < 0 && !f.read(k.classifierDropout, &c.ClassifierDropout) {
		c.ClassifierDropout = c.HiddenDropout
	}
	f.read("problem_type", &c.Problem)
	f.require(k.act, "gelu", "the exact (erf) GELU")
	f.require("position_embedding_type", "absolute", "absolute positions")
	f.require("is_decoder", false, "an encoder")
	if err := f.labels(&c); f.err == nil {
		f.err = err
	}
	if f.err != nil {
		return c, f.err
	}
	return c, c.Check()
}

// fieldReader takes single fields out of a JSON object and keeps the first error.
type fieldReader struct {
	raw map[string]json.RawMessage
	err error
}

// read reports whether the field is there; null counts as absent.
func (f *fieldReader) read(key string, to any) bool {
	text, ok := f.raw[key]
	if !ok || string(text) == "null" {
		return false
	}
	if err := json.Unmarshal(text, to); err != nil {
		if f.err == nil {
			f.err = fmt.Errorf("%s: %w", key, err)
		}
		return false
	}
	return true
}

func (f *fieldReader) require(key string, want any, meaning string) {
	var got any
	if f.read(key, &got) && got != want && f.err == nil {
		f.err = fmt.Errorf("%s is %v: only %v (%s) is supported; choose another model", key, got, want, meaning)
	}
}

// labels follows transformers: num_labels, else the names, else two.
func (f *fieldReader) labels(c *Config) error {
	names := map[int]string{}
	f.read("id2label", &names)
	if len(names) > 0 {
		if err := c.setLabels(names); err != nil {
			return err
		}
	}
	if !f.read("num_labels", &c.Labels) && c.Labels == 0 {
		c.Labels = 2
	}
	return nil
}

// MarshalJSON writes a config.json: the carried fields with the known ones over them, sorted by name.
func (c Config) MarshalJSON() ([]byte, error) {
	k, ok := fields[c.Family]
	if !ok {
		return nil, c.Check()
	}
	all := map[string]any{}
	for key, text := range c.carried {
		all[key] = text
	}
	all["model_type"], all["pad_token_id"] = c.Family, c.PadID
	all[k.act] = "gelu"
	for _, s := range k.sizes(&c) {
		all[s.key] = *s.value
	}
	for _, r := range k.rates(&c) {
		all[r.key] = *r.value
	}
	if c.Family != DistilBERT {
		all["type_vocab_size"] = c.Segments
	}
	if c.Problem != "" {
		all["problem_type"] = c.Problem
	} else {
		delete(all, "problem_type")
	}
	if c.Labels > 0 {
		all["architectures"] = []string{k.class + "ForSequenceClassification"}
		all["num_labels"] = c.Labels
		all["id2label"], all["label2id"] = c.labelMaps()
	} else {
		all["architectures"] = []string{k.class + "Model"}
		maps.DeleteFunc(all, func(key string, _ any) bool { return key == "num_labels" || key == "id2label" || key == "label2id" })
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(all); err != nil {
		return nil, err
	}
	return []byte(strings.TrimSpace(b.String())), nil
}
