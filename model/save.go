package model

import (
	"bytes"
	"path/filepath"

	"ltpbench/internal/atomicfile"
)

// Save writes config.json and model.safetensors, float32, into dir, which it makes if need be. Load reads
// them back bit for bit; transformers loads the folder as <Family>ForSequenceClassification, or as
// <Family>Model without a head. Each file appears whole or not at all, so a folder that is saved into twice
// never holds half a file. Other files of the folder stay, a tokenizer's for one.
func (c *Checkpoint) Save(dir string) error { return c.SaveAs(dir, F32) }

// SaveAs is Save with the weights rounded to another type.
func (c *Checkpoint) SaveAs(dir string, as Type) error {
	if err := c.Check(); err != nil {
		return err
	}
	tensors := make(map[string]Tensor, len(c.Tensors))
	for name, t := range c.Tensors {
		tensors[c.Config.HFName(name)] = t
	}
	var weights bytes.Buffer
	if err := WriteTensors(&weights, tensors, as); err != nil {
		return err
	}
	config, err := c.Config.file(as)
	if err != nil {
		return err
	}
	if err := atomicfile.MkdirAll(dir); err != nil {
		return err
	}
	if err := atomicfile.Write(filepath.Join(dir, weightsFile), weights.Bytes()); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, configFile), config)
}
