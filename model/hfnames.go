package model

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// parts maps canonical names to one family's.
type parts struct {
	prefix    string // of all but the head
	layer     string // in front of a layer's number
	within    string // behind it
	names     map[string]string
	headDense string // whole names, with the prefix where it belongs to the base model
	headOut   string
}

var bertNames = map[string]string{
	"query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
	"out": "attention.output.dense", "norm1": "attention.output.LayerNorm",
	"up": "intermediate.dense", "down": "output.dense", "norm2": "output.LayerNorm",
}

func bertParts(prefix string) parts {
	return parts{prefix: prefix, layer: "encoder.layer.", within: ".", names: bertNames, headDense: prefix + "pooler.dense", headOut: "classifier"}
}

func robertaParts(prefix string) parts {
	p := bertParts(prefix)
	p.headDense, p.headOut = "classifier.dense", "classifier.out_proj"
	return p
}

var distilParts = parts{prefix: "distilbert.", layer: "transformer.layer.", within: ".", names: map[string]string{
	"query": "attention.q_lin", "key": "attention.k_lin", "value": "attention.v_lin",
	"out": "attention.out_lin", "norm1": "sa_layer_norm",
	"up": "ffn.lin1", "down": "ffn.lin2", "norm2": "output_layer_norm",
}, headDense: "pre_classifier", headOut: "classifier"}

var albertParts = parts{prefix: "albert.", layer: "encoder.albert_layer_groups.", within: ".albert_layers.0.", names: map[string]string{
	"query": "attention.query", "key": "attention.key", "value": "attention.value",
	"out": "attention.dense", "norm1": "attention.LayerNorm",
	"up": "ffn", "down": "ffn_output", "norm2": "full_layer_layer_norm",
}, headDense: "albert.pooler", headOut: "classifier"}

var embedNames = map[string]string{
	"embed.word": "embeddings.word_embeddings.weight", "embed.position": "embeddings.position_embeddings.weight",
	"embed.segment":     "embeddings.token_type_embeddings.weight",
	"embed.norm.weight": "embeddings.LayerNorm.weight", "embed.norm.bias": "embeddings.LayerNorm.bias",
}

// HFName is the name that transformers gives to the tensor with a canonical name in this family's
// sequence classifier. It panics on a name that is not canonical.
func (c *Config) HFName(canonical string) string {
	f := c.family()
	p := &f.parts
	if hf, ok := embedNames[canonical]; ok {
		return p.prefix + hf
	}
	for stem, hf := range map[string]string{"embed.project.": p.prefix + f.project, "head.dense.": p.headDense, "head.out.": p.headOut} {
		if kind, ok := strings.CutPrefix(canonical, stem); ok {
			return hf + "." + kind
		}
	}
	layer, part, kind := splitLayer(canonical)
	if layer < 0 || p.names[part] == "" {
		panic("model: HFName of a name that is not canonical")
	}
	return p.prefix + p.layer + strconv.Itoa(layer) + p.within + p.names[part] + "." + kind
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
			all[strings.TrimPrefix(alias, c.family().parts.prefix)] = name
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

// foreignPrefix returns the prefix that names of a file have before those of this model; empty if they have none.
func (c *Config) foreignPrefix(names []string) string {
	known := slices.Sorted(maps.Keys(c.canonicalNames()))
	for _, name := range names {
		for _, ours := range known {
			if prefix, ok := strings.CutSuffix(name, "."+ours); ok && prefix != "" && strings.HasPrefix(ours, c.family().parts.prefix+"embeddings.") {
				return prefix + "."
			}
		}
	}
	return ""
}
