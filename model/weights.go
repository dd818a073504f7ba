package model

import (
	"fmt"

	"ltpbench/hw"
)

// Layer is one encoder block's weights on a device. Keys and values are one
// product: rows of KeyValue are the key's outputs, then the value's.
type Layer struct {
	Query, KeyValue, Out, Up, Down hw.Weights
	Norm1, Norm2                   hw.NormWeights
}

// Encoder is a model's weights on a device, ready to run. It is not changed by
// running; what changes lives in a Run.
type Encoder struct {
	Config Config
	Device hw.Device
	Tables hw.Tables
	Layers []Layer
	// Dense and Classifier are the head; Dense alone is a BERT's pooler.
	Dense, Classifier hw.Weights
}

// New puts a checkpoint on a device, to be run.
func New(d hw.Device, c *Checkpoint) (*Encoder, error) {
	return build(d, c, d.Pack)
}

// NewTrainable puts a checkpoint on a device that can train; the weights keep
// float32 masters.
func NewTrainable(d hw.Backward, c *Checkpoint) (*Encoder, error) {
	return build(d, c, d.Trainable)
}

type packer func(w, bias []float32, out, in int) hw.Weights

func build(d hw.Device, c *Checkpoint, pack packer) (*Encoder, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	e := &Encoder{Config: c.Config, Device: d}
	e.Tables = hw.Tables{Word: c.put(d, "embed.word"), Position: c.put(d, "embed.position"), Norm: c.norm(d, "embed.norm")}
	if c.Config.Segments > 0 {
		e.Tables.Segment = c.put(d, "embed.segment")
	}
	for i := range c.Config.Layers {
		name := func(part string) string { return fmt.Sprintf("layer.%d.%s", i, part) }
		e.Layers = append(e.Layers, Layer{
			Query:    c.linear(pack, name("query")),
			KeyValue: c.linear(pack, name("key"), name("value")),
			Out:      c.linear(pack, name("out")),
			Norm1:    c.norm(d, name("norm1")),
			Up:       c.linear(pack, name("up")),
			Down:     c.linear(pack, name("down")),
			Norm2:    c.norm(d, name("norm2")),
		})
	}
	if c.Config.Labels > 0 {
		e.Dense, e.Classifier = c.linear(pack, "head.dense"), c.linear(pack, "head.out")
	}
	return e, d.Sync()
}

// put copies a tensor to the device; a vector becomes one row.
func (c *Checkpoint) put(d hw.Device, name string) hw.Mat {
	t := c.Tensors[name]
	rows := 1
	if len(t.Shape) == 2 {
		rows = t.Shape[0]
	}
	m := d.Floats(rows, len(t.Data)/rows)
	d.Write(m, t.Data)
	return m
}

func (c *Checkpoint) norm(d hw.Device, name string) hw.NormWeights {
	return hw.NormWeights{Gain: c.put(d, name+".weight"), Bias: c.put(d, name+".bias"), Eps: c.Config.Eps}
}

// linear packs the named linears as one, their outputs one after another.
func (c *Checkpoint) linear(pack packer, names ...string) hw.Weights {
	var w, bias []float32
	in := c.Tensors[names[0]+".weight"].Shape[1]
	if len(names) == 1 { // as it is: pack copies
		w, bias = c.Tensors[names[0]+".weight"].Data, c.Tensors[names[0]+".bias"].Data
		return pack(w, bias, len(bias), in)
	}
	for _, name := range names {
		w = append(w, c.Tensors[name+".weight"].Data...)
		bias = append(bias, c.Tensors[name+".bias"].Data...)
	}
	return pack(w, bias, len(bias), in)
}

// HeadAct is the activation of the head's dense layer: ReLU in DistilBERT, tanh elsewhere.
func (c *Config) HeadAct() hw.Act {
	if c.Family == DistilBERT {
		return hw.ReLU
	}
	return hw.Tanh
}
