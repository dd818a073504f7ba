package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"

	"ltpbench/internal/atomicfile"
)

// SaveShards is SaveAs with the weights in files of at most limit bytes each,
// tensors in the order of Config.Names; a single tensor larger than that has a
// its own file. Load and transformers read such folders.
func (c *Checkpoint) SaveShards(dir string, as Type, limit int) error {
	if err := c.Check(); err != nil {
		return err
	}
	width := 4
	if as != F32 {
		width = 2
	}
	var shards []map[string]Tensor
	total, room := 0, 0
	for _, name := range c.Config.Names() {
		t, ok := c.Tensors[name]
		if !ok {
			continue
		}
		size := width * len(t.Data)
		if len(shards) == 0 || size > room {
			shards, room = append(shards, map[string]Tensor{}), limit-1<<16 // the header's share
		}
		shards[len(shards)-1][c.Config.HFName(name)] = t
		total, room = total+size, room-size
	}
	if err := atomicfile.MkdirAll(dir); err != nil {
		return err
	}
	places := map[string]string{}
	for i, tensors := range shards {
		file := fmt.Sprintf("model-%05d-of-%05d.safetensors", i+1, len(shards))
		var weights bytes.Buffer
		if err := WriteTensors(&weights, tensors, as); err != nil {
			return err
		}
		if err := atomicfile.Write(filepath.Join(dir, file), weights.Bytes()); err != nil {
			return err
		}
		for name := range tensors {
			places[name] = file
		}
	}
	index, err := json.MarshalIndent(map[string]any{"metadata": map[string]int{"total_size": total}, "weight_map": places}, "", "  ")
	if err != nil {
		return err
	}
	config, err := c.Config.file(as)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(filepath.Join(dir, indexFile), append(index, '\n')); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, configFile), config)
}
