package model

import (
	"strconv"
	"strings"
)

// Names lists the canonical names of all tensors, in the order in which a forward pass meets them:
//
//	embed.word  embed.position  embed.segment (not in DistilBERT)  embed.norm.weight  embed.norm.bias
//	embed.project.{weight,bias} (only if Projects)
//	layer.N.{query,key,value,out,norm1,up,down,norm2}.{weight,bias}
//	head.{dense,out}.{weight,bias} (only if Labels > 0)
//
// Layers are the Stored ones. head.dense is BERT's pooler, RoBERTa's classifier.dense, DistilBERT's pre_classifier.
func (c *Config) Names() []string {
	names := []string{"embed.word", "embed.position"}
	if c.Segments > 0 {
		names = append(names, "embed.segment")
	}
	add := func(part string) { names = append(names, part+".weight", part+".bias") }
	add("embed.norm")
	if c.Projects() {
		add("embed.project")
	}
	for l := range c.Stored() {
		for _, part := range []string{"query", "key", "value", "out", "norm1", "up", "down", "norm2"} {
			add("layer." + strconv.Itoa(l) + "." + part)
		}
	}
	if c.Labels > 0 {
		add("head.dense")
		add("head.out")
	}
	return names
}

// TensorSpec describes what one tensor of a model is called and how large it is.
type TensorSpec struct {
	Name  string // canonical
	Hub   string // the name that transformers gives it
	Shape []int
}

// Tensors describes all tensors in the order of Names. Without labels that is the encoder; head.dense,
// which a BERT's file may hold even so, is not among them.
func (c *Config) Tensors() []TensorSpec {
	names := c.Names()
	specs := make([]TensorSpec, len(names))
	for i, name := range names {
		specs[i] = TensorSpec{name, c.HFName(name), c.Shape(name)}
	}
	return specs
}

// Shape is the shape of the tensor with a canonical name, a weight's being outputs x inputs; nil if
// there is no such tensor. head.dense has a shape without labels too: a BERT's pooler may come alone.
func (c *Config) Shape(name string) []int {
	d, e := c.Width, c.Embedding()
	switch name {
	case "embed.word":
		return []int{c.Vocab, e}
	case "embed.position":
		return []int{c.Positions, e}
	case "embed.segment":
		if c.Segments == 0 {
			return nil
		}
		return []int{c.Segments, e}
	case "embed.norm.weight", "embed.norm.bias":
		return []int{e}
	case "embed.project.weight", "embed.project.bias":
		if !c.Projects() {
			return nil
		}
		return shapeOf(strings.TrimPrefix(name, "embed.project."), d, e)
	case "head.dense.bias":
		return []int{d}
	case "head.dense.weight":
		return []int{d, d}
	case "head.out.weight", "head.out.bias":
		if c.Labels == 0 {
			return nil
		}
		return shapeOf(strings.TrimPrefix(name, "head.out."), c.Labels, d)
	}
	layer, part, kind := splitLayer(name)
	if layer < 0 || layer >= c.Stored() || kind != "weight" && kind != "bias" {
		return nil
	}
	switch part {
	case "query", "key", "value", "out":
		return shapeOf(kind, d, d)
	case "up":
		return shapeOf(kind, c.FFN, d)
	case "down":
		return shapeOf(kind, d, c.FFN)
	case "norm1", "norm2":
		return []int{d}
	}
	return nil
}

func shapeOf(kind string, out, in int) []int {
	if kind == "bias" {
		return []int{out}
	}
	return []int{out, in}
}

// splitLayer takes layer.N.part.kind apart; the layer is -1 for any other name.
func splitLayer(name string) (layer int, part, kind string) {
	f := strings.Split(name, ".")
	if len(f) != 4 || f[0] != "layer" {
		return -1, "", ""
	}
	n, err := strconv.Atoi(f[1])
	if err != nil || strconv.Itoa(n) != f[1] {
		return -1, "", ""
	}
	return n, f[2], f[3]
}
