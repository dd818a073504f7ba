package model

import (
	"encoding/json"
	"errors"
	"fmt"
)

// ParseConfig reads a config.json. What transformers would fill in from its defaults is filled in,
// sizes excepted: those must be there. Errors name the field. An unknown activation, relative positions, a decoder
// and an unknown model_type are refused: their numbers would be wrong without a word.
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
	own := c.family()
	if own == nil {
		return c, errFamily(c.Family)
	}
	k := own.keys
	for _, s := range k.sizes(&c) {
		if !f.read(s.key, s.value) {
			return c, errors.Join(f.err, fmt.Errorf("%s is missing", s.key))
		}
	}
	c.PadID, c.Segments = k.defaultPad, k.defaultSegments
	c.HiddenDropout, c.AttentionDropout, c.ClassifierDropout = k.defaultDropout, k.defaultDropout, k.defaultClassifierDropout
	c.InitRange, c.Eps, c.Activation = 0.02, 1e-12, k.defaultAct
	f.read("pad_token_id", &c.PadID)
	f.read(k.act, &c.Activation)
	if own.segments {
		f.read("type_vocab_size", &c.Segments)
	}
	if own.project != "" {
		c.EmbeddingWidth = own.narrow
		f.read("embedding_size", &c.EmbeddingWidth)
	}
	if own.grouped {
		c.Groups = 1
		f.read("num_hidden_groups", &c.Groups)
		f.require("inner_group_num", 1.0, "one layer in each group")
	}
	for _, r := range k.rates(&c) {
		f.read(r.key, r.value)
	}
	if k.defaultClassifierDropout < 0 && !f.read(k.classifierDropout, &c.ClassifierDropout) {
		c.ClassifierDropout = c.HiddenDropout
	}
	f.read("problem_type", &c.Problem)
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

// labels follows transformers: num_labels, else the names, else two. A name is a string, or any other value as JSON
// has it: transformers' own examples write numbers.
func (f *fieldReader) labels(c *Config) error {
	values := map[int]json.RawMessage{}
	f.read("id2label", &values)
	if len(values) > 0 {
		names := make(map[int]string, len(values))
		for id, value := range values {
			var name string
			if json.Unmarshal(value, &name) != nil {
				name = string(value)
			}
			names[id] = name
		}
		if err := c.setLabels(names); err != nil {
			return err
		}
	}
	if !f.read("num_labels", &c.Labels) && c.Labels == 0 {
		c.Labels = 2
	}
	return nil
}
