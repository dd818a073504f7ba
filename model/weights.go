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
	Config  Config
	Device  hw.Device
	Tables  hw.Tables
	Project hw.Weights // from the tables' width to the layers'; Out is 0 if there is none
	Layers  []Layer    // those that share weights are copies
	// Dense and Classifier are the head; Dense alone is a BERT's pooler.
	Dense, Classifier hw.Weights

	memory hw.Scope
}

// New puts a checkpoint on a device, to be run, until the encoder's Close.
func New(d hw.Device, c *Checkpoint) (*Encoder, error) {
	s := d.Scope()
	return build(d, s, c, s.Pack)
}

// NewTrainable is New for a device that can train; the weights keep float32 masters.
func NewTrainable(d hw.Backward, c *Checkpoint) (*Encoder, error) {
	s := d.Scope()
	return build(d, s, c, s.Trainable)
}

// Close gives the weights' memory back. Runs of the encoder end before it or are not
// used after it; closing twice does nothing.
func (e *Encoder) Close() { e.memory.Close() }

type packer func(w, bias []float32, out, in int) hw.Weights

func build(d hw.Device, s hw.Scope, c *Checkpoint, pack packer) (*Encoder, error) {
	if err := c.Check(); err != nil {
		s.Close()
		return nil, err
	}
	e := &Encoder{Config: c.Config, Device: d, memory: s}
	e.Tables = hw.Tables{Word: e.put(c, "embed.word"), Position: e.put(c, "embed.position"), Norm: e.norm(c, "embed.norm")}
	if c.Config.Segments > 0 {
		e.Tables.Segment = e.put(c, "embed.segment")
	}
	if c.Config.Projects() {
		e.Project = c.linear(pack, "embed.project")
	}
	stored := make([]Layer, c.Config.Stored())
	for i := range stored {
		name := func(part string) string { return fmt.Sprintf("layer.%d.%s", i, part) }
		stored[i] = Layer{
			Query:    c.linear(pack, name("query")),
			KeyValue: c.linear(pack, name("key"), name("value")),
			Out:      c.linear(pack, name("out")),
			Norm1:    e.norm(c, name("norm1")),
			Up:       c.linear(pack, name("up")),
			Down:     c.linear(pack, name("down")),
			Norm2:    e.norm(c, name("norm2")),
		}
	}
	for i := range c.Config.Layers {
		e.Layers = append(e.Layers, stored[c.Config.StoredLayer(i)])
	}
	if c.Config.Labels > 0 {
		e.Dense, e.Classifier = c.linear(pack, "head.dense"), c.linear(pack, "head.out")
	}
	if err := d.Sync(); err != nil {
		s.Close()
		return nil, err
	}
	return e, nil
}

// put copies a tensor to the device; a vector becomes one row.
func (e *Encoder) put(c *Checkpoint, name string) hw.Mat {
	t := c.Tensors[name]
	rows := 1
	if len(t.Shape) == 2 {
		rows = t.Shape[0]
	}
	m := e.memory.Floats(rows, len(t.Data)/rows)
	e.Device.Write(m, t.Data)
	return m
}

func (e *Encoder) norm(c *Checkpoint, name string) hw.NormWeights {
	return hw.NormWeights{Gain: e.put(c, name+".weight"), Bias: e.put(c, name+".bias"), Eps: c.Config.Eps}
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
