package model

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
)

// object is a config.json in the making.
type object = map[string]any

func bertObject() object {
	return object{
		"model_type": "bert", "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2,
		"intermediate_size": 16, "vocab_size": 11, "max_position_embeddings": 7,
	}
}

func distilObject() object {
	return object{
		"model_type": "distilbert", "dim": 8, "n_layers": 2, "n_heads": 2, "hidden_dim": 16,
		"vocab_size": 11, "max_position_embeddings": 7,
	}
}

func parse(t *testing.T, o object) (Config, error) {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return ParseConfig(text)
}

// What a file leaves out is what transformers would fill in.
func TestConfigDefaults(t *testing.T) {
	c, err := parse(t, bertObject())
	if err != nil {
		t.Fatal(err)
	}
	if c.Segments != 2 || c.Labels != 2 || c.PadID != 0 || c.Eps != 1e-12 || c.HiddenDropout != 0.1 || c.AttentionDropout != 0.1 ||
		c.ClassifierDropout != 0.1 || c.InitRange != 0.02 || c.FirstPosition() != 0 || c.MaxLength() != 7 {
		t.Errorf("%+v", c)
	}
	o := bertObject()
	o["model_type"], o["hidden_dropout_prob"], o["classifier_dropout"] = "roberta", 0.3, nil
	if c, err = parse(t, o); err != nil {
		t.Fatal(err)
	}
	if c.PadID != 1 || c.FirstPosition() != 2 || c.MaxLength() != 5 || c.ClassifierDropout != 0.3 {
		t.Errorf("%+v", c)
	}
	if c, err = parse(t, distilObject()); err != nil {
		t.Fatal(err)
	}
	if c.Segments != 0 || c.ClassifierDropout != 0.2 || c.Eps != 1e-12 || c.FirstPosition() != 0 {
		t.Errorf("%+v", c)
	}
}

func TestConfigLabels(t *testing.T) {
	o := bertObject()
	o["id2label"] = object{"1": "neutral", "0": "no", "2": "yes"}
	c, err := parse(t, o)
	if err != nil || c.Labels != 3 || strings.Join(c.LabelNames, " ") != "no neutral yes" || c.IsRegression() {
		t.Errorf("%v %+v", err, c)
	}
	o = bertObject()
	o["num_labels"] = 1
	if c, err = parse(t, o); err != nil || c.Labels != 1 || !c.IsRegression() {
		t.Errorf("%v %+v", err, c)
	}
}

func TestConfigRefuses(t *testing.T) {
	for _, test := range []struct {
		name, key, want string
		value           any
	}{
		{"unknown family", "model_type", "model_type", "gpt2"},
		{"no family", "model_type", "model_type", nil},
		{"missing size", "hidden_size", "hidden_size is missing", nil},
		{"size of another type", "hidden_size", "hidden_size", "8"},
		{"zero layers", "num_hidden_layers", "num_hidden_layers", 0},
		{"absurd size", "vocab_size", "vocab_size", 1 << 30},
		{"heads do not divide", "num_attention_heads", "num_attention_heads", 3},
		{"unknown activation", "hidden_act", "hidden_act", "mish"},
		{"relative positions", "position_embedding_type", "position_embedding_type", "relative_key"},
		{"decoder", "is_decoder", "is_decoder", true},
		{"label gap", "id2label", "id2label", object{"0": "a", "2": "b"}},
		{"label key", "id2label", "id2label", object{"x": "a"}},
		{"unknown problem", "problem_type", "problem_type", "ranking"},
		{"pad outside", "pad_token_id", "pad_token_id", 11},
		{"dropout", "hidden_dropout_prob", "hidden_dropout_prob", 1},
		{"negative dropout", "classifier_dropout", "classifier_dropout", -0.5},
		{"epsilon", "layer_norm_eps", "layer_norm_eps", 0},
		{"no segments", "type_vocab_size", "type_vocab_size", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := bertObject()
			o[test.key] = test.value
			if _, err := parse(t, o); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v", err)
			}
		})
	}
	o := bertObject()
	o["num_labels"], o["id2label"] = 3, object{"0": "a", "1": "b"}
	if _, err := parse(t, o); err == nil || !strings.Contains(err.Error(), "num_labels") {
		t.Errorf("labels that disagree: %v", err)
	}
	o = distilObject()
	o["activation"] = "mish"
	if _, err := parse(t, o); err == nil || !strings.Contains(err.Error(), "activation") {
		t.Errorf("DistilBERT with mish: %v", err)
	}
	for _, text := range []string{"", "[]", "{", "null"} {
		if _, err := ParseConfig([]byte(text)); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

// Unknown fields survive, known ones are replaced by what the value says now.
func TestConfigCarries(t *testing.T) {
	o := bertObject()
	o["task_specific"], o["hidden_dropout_prob"] = object{"a": []any{1.5, "ü <"}}, 0.1
	c, err := parse(t, o)
	if err != nil {
		t.Fatal(err)
	}
	c.Labels, c.LabelNames, c.HiddenDropout, c.FFN = 3, []string{"a", "b", "c"}, 0.25, 12
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var got object
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got["task_specific"].(object)["a"].([]any)[1] != "ü <" || got["hidden_dropout_prob"] != 0.25 || got["intermediate_size"] != 12.0 ||
		got["architectures"].([]any)[0] != "BertForSequenceClassification" || got["label2id"].(object)["c"] != 2.0 {
		t.Errorf("%s", text)
	}
	d, err := ParseConfig(text)
	if err != nil || d.Labels != 3 || d.LabelNames[1] != "b" || d.FFN != 12 {
		t.Errorf("%v %+v", err, d)
	}
	c.Labels, c.LabelNames = 0, nil
	text, _ = json.Marshal(c)
	if s := string(text); strings.Contains(s, "label") || !strings.Contains(s, "BertModel") {
		t.Errorf("without a head: %s", s)
	}
}

// Every name has a shape and its own HF name that leads back, with the prefix and without.
func TestNames(t *testing.T) {
	for _, o := range []object{bertObject(), func() object { o := bertObject(); o["model_type"] = "roberta"; return o }(), distilObject()} {
		c, err := parse(t, o)
		if err != nil {
			t.Fatal(err)
		}
		back := c.canonicalNames()
		seen := map[string]bool{}
		for _, s := range c.Tensors() {
			if s.Shape == nil || seen[s.Hub] {
				t.Errorf("%s %s: shape %v, seen %v", c.Family, s.Name, s.Shape, seen[s.Hub])
			}
			seen[s.Hub] = true
			if back[s.Hub] != s.Name || back[strings.TrimPrefix(s.Hub, string(c.Family)+".")] != s.Name {
				t.Errorf("%s %s does not lead back from %s", c.Family, s.Name, s.Hub)
			}
		}
		for name := range maps.Values(back) {
			if !seen[c.HFName(name)] {
				t.Errorf("%s: %s is in no list", c.Family, name)
			}
		}
		for _, name := range []string{"layer.2.query.weight", "layer.00.query.weight", "layer.-1.query.bias", "layer.0.query.scale", "layer.0.pool.weight", "head.out.scale", "x"} {
			if s := c.Shape(name); s != nil {
				t.Errorf("%s has shape %v", name, s)
			}
		}
	}
	c, _ := parse(t, bertObject())
	if got := c.HFName("layer.1.norm1.weight"); got != "bert.encoder.layer.1.attention.output.LayerNorm.weight" {
		t.Error(got)
	}
	if got := c.canonicalNames()["encoder.layer.1.attention.output.LayerNorm.beta"]; got != "layer.1.norm1.bias" {
		t.Errorf("gamma and beta: %q", got)
	}
}
