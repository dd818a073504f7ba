package model

import (
	"bytes"
	"encoding/json"
	"maps"
	"strings"
)

// MarshalJSON writes a config.json: the carried fields with the known ones over them, sorted by name.
func (c Config) MarshalJSON() ([]byte, error) {
	f := c.family()
	if f == nil {
		return nil, errFamily(c.Family)
	}
	k := f.keys
	all := map[string]any{}
	for key, text := range c.carried {
		all[key] = text
	}
	all["model_type"], all["pad_token_id"] = c.Family, c.PadID
	all[k.act] = c.activation()
	for _, s := range k.sizes(&c) {
		all[s.key] = *s.value
	}
	for _, r := range k.rates(&c) {
		all[r.key] = *r.value
	}
	if f.segments {
		all["type_vocab_size"] = c.Segments
	}
	if f.project != "" {
		all["embedding_size"] = c.Embedding()
	}
	if f.grouped {
		all["num_hidden_groups"] = c.Stored()
	}
	if c.Problem != "" {
		all["problem_type"] = c.Problem
	} else {
		delete(all, "problem_type")
	}
	if c.Labels > 0 {
		all["architectures"] = []string{f.class + "ForSequenceClassification"}
		all["num_labels"] = c.Labels
		all["id2label"], all["label2id"] = c.labelMaps()
	} else {
		all["architectures"] = []string{f.class + "Model"}
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

// file is the text of config.json beside weights of one type, whatever type the carried fields name:
// transformers loads weights as the type that is there.
func (c Config) file(as Type) ([]byte, error) {
	all := map[string]json.RawMessage{}
	text, err := json.Marshal(c)
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		return nil, err
	}
	delete(all, "dtype")
	all["torch_dtype"] = json.RawMessage(map[Type]string{F32: `"float32"`, F16: `"float16"`, BF16: `"bfloat16"`}[as])
	text, err = json.MarshalIndent(all, "", "  ")
	return append(text, '\n'), err
}
