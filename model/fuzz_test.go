package model

import (
	"bytes"
	"slices"
	"testing"
	"testing/fstest"
)

// FuzzParseConfig: no config.json brings the reader down, and what it takes is written and read again the same.
func FuzzParseConfig(f *testing.F) {
	for _, text := range []string{
		`{"model_type":"bert","hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,"intermediate_size":16,"vocab_size":10,"max_position_embeddings":12,"type_vocab_size":2,"layer_norm_eps":1e-12,"id2label":{"0":"a","1":"b"}}`,
		`{"model_type":"roberta","hidden_size":8,"num_hidden_layers":268435456,"num_attention_heads":2,"intermediate_size":16,"vocab_size":10,"max_position_embeddings":12,"type_vocab_size":1,"pad_token_id":1}`,
		`{"model_type":"distilbert","dim":8,"n_layers":2,"n_heads":2,"hidden_dim":16,"vocab_size":10,"max_position_embeddings":12,"seq_classif_dropout":0.2}`,
		`{"model_type":1}`, `[]`, `{`, "",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := ParseConfig(text)
		if err != nil {
			return
		}
		if err := c.Check(); err != nil {
			t.Fatalf("taken and not possible: %v", err)
		}
		c.Tensors()
		again, err := c.file(F32)
		if err != nil {
			t.Fatal(err)
		}
		d, err := ParseConfig(again)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, again)
		}
		third, err := d.file(F32)
		if err != nil || !bytes.Equal(again, third) {
			t.Fatalf("%v: written twice, differently:\n%s\n%s", err, again, third)
		}
	})
}

// FuzzIndex: no index of shards brings the reader down or leads out of the folder.
func FuzzIndex(f *testing.F) {
	for _, text := range []string{`{"weight_map":{"a":"model-1.safetensors"}}`, `{"weight_map":{"a":"../x","b":"/y"}}`, `{"weight_map":{}}`, `{"weight_map":[]}`, `{`, `{"weight_map":{"a":"."}}`, `{"weight_map":{"a":""}}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		names, index, err := weightFiles(fstest.MapFS{indexFile: {Data: text}}, "folder")
		if err != nil {
			return
		}
		if len(names) == 0 || !slices.IsSorted(names) {
			t.Fatalf("files %q", names)
		}
		for tensor, file := range index {
			if !slices.Contains(names, file) {
				t.Fatalf("tensor %q is in %q, which is not in %q", tensor, file, names)
			}
		}
		for _, name := range names {
			if name == "" || name == "." || bytes.ContainsAny([]byte(name), "/\x00") {
				t.Fatalf("a file %q", name)
			}
		}
	})
}
