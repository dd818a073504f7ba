package model

import (
	"encoding/json"
	"errors"
	"fmt"
)

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
