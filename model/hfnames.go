package model

import (
	"strconv"
	"strings"
)

// parts maps the canonical parts of a layer to one family's names.
type parts struct {
	layer string // in front of the layer's number
	names map[string]string
}

var bertParts = parts{"encoder.layer.", map[string]string{
	"query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
	"out": "attention.output.dense", "norm1": "attention.output.LayerNorm",
	"up": "intermediate.dense", "down": "output.dense", "norm2": "output.LayerNorm",
}}

var distilParts = parts{"transformer.layer.", map[string]string{
	"query": "attention.q_lin", "key": "attention.k_lin", "value": "attention.v_lin",
	"out": "attention.out_lin", "norm1": "sa_layer_norm",
	"up": "ffn.lin1", "down": "ffn.lin2", "norm2": "output_layer_norm",
}}

var embedNames = map[string]string{
	"embed.word": "embeddings.word_embeddings.weight", "embed.position": "embeddings.position_embeddings.weight",
	"embed.segment":     "embeddings.token_type_embeddings.weight",
	"embed.norm.weight": "embeddings.LayerNorm.weight", "embed.norm.bias": "embeddings.LayerNorm.bias",
}

// headNames are whole names, with the prefix where the head's dense layer belongs to the base model.
var headNames = map[Family][2]string{
	BERT:       {"bert.pooler.dense", "classifier"},
	RoBERTa:    {"classifier.dense", "classifier.out_proj"},
	DistilBERT: {"pre_classifier", "classifier"},
}

// HFName is the name that transformers gives to the tensor with a canonical name in this family's
// sequence classifier. It panics on a name that is not canonical.
func (c *Config) HFName(canonical string) string {
	prefix := string(c.Family) + "."
	if hf, ok := embedNames[canonical]; ok {
		return prefix + hf
	}
	if kind, ok := strings.CutPrefix(canonical, "head.dense."); ok {
		return headNames[c.Family][0] + "." + kind
	}
	if kind, ok := strings.CutPrefix(canonical, "head.out."); ok {
		return headNames[c.Family][1] + "." + kind
	}
	p := c.parts()
	layer, part, kind := splitLayer(canonical)
	if layer < 0 || p.names[part] == "" {
		panic("model: HFName of a name that is not canonical")
	}
	return prefix + p.layer + strconv.Itoa(layer) + "." + p.names[part] + "." + kind
}

func (c *Config) parts() parts {
	if c.Family == DistilBERT {
		return distilParts
	}
	return bertParts
}

// canonicalNames maps every name that a file may use for a tensor of this model to the canonical one:
// with the family's prefix and without, and LayerNorm's weight and bias as gamma and beta too, as in
// the first BERT files.
func (c *Config) canonicalNames() map[string]string {
	labelled := *c
	labelled.Labels = max(1, c.Labels) // a head may be there whatever the configuration says
	names := labelled.Names()
	all := make(map[string]string, 2*len(names))
	for _, name := range names {
		hf := c.HFName(name)
		for _, alias := range []string{hf, legacyNorm(hf)} {
			all[alias] = name
			all[strings.TrimPrefix(alias, string(c.Family)+".")] = name
		}
	}
	return all
}

func legacyNorm(hf string) string {
	if stem, ok := strings.CutSuffix(hf, "LayerNorm.weight"); ok {
		return stem + "LayerNorm.gamma"
	}
	if stem, ok := strings.CutSuffix(hf, "LayerNorm.bias"); ok {
		return stem + "LayerNorm.beta"
	}
	return hf
}
