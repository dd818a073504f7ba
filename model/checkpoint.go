package model

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

// Checkpoint is a model's weights on the host, float32, under canonical names (Config.Names), which are
// the same for all families. Config.Labels is 0 as long as there is no classifier; a BERT's pooler
// (head.dense) may be there without one.
type Checkpoint struct {
	Config  Config
	Tensors map[string]Tensor // owned by the checkpoint
	Ignored []string          // the file's names of tensors that no part of the model uses, sorted
	New     []string          // canonical names of what InitHead made, in order; such weights are untrained
}

// Check reports the first tensor that the configuration asks for and the checkpoint lacks or holds in
// another shape, or one that it holds and the configuration does not know.
func (c *Checkpoint) Check() error {
	if err := c.Config.Check(); err != nil {
		return err
	}
	for _, t := range c.Config.Tensors() {
		if _, ok := c.Tensors[t.Name]; !ok {
			return fmt.Errorf("tensor %s is missing; the weights and config.json belong to different models, or the file is not whole", t.Hub)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Tensors)) {
		want := c.Config.Shape(name)
		if want == nil {
			return fmt.Errorf("tensor %s has no place in this configuration", name)
		}
		if got := c.Tensors[name]; !slices.Equal(got.Shape, want) || len(got.Data) != Elements(want) {
			return fmt.Errorf("tensor %s has shape %v where config.json asks for %v; the weights and config.json belong to different models",
				c.Config.HFName(name), got.Shape, want)
		}
	}
	return nil
}

// InitHead gives the model a new classifier for so many labels: weights drawn from a normal distribution
// with deviation InitRange, zero biases, the same ones for the same seed. A pooler that is there stays;
// where there is none it is made too. Label names and problem type are reset: set them afterwards.
// It returns the canonical names of the tensors that are new, and records them in New.
func (c *Checkpoint) InitHead(labels int, seed uint64) []string {
	if labels < 1 {
		panic("model: InitHead needs at least one label")
	}
	c.Config.Labels, c.Config.LabelNames, c.Config.Problem = labels, nil, ""
	c.New = nil
	if _, ok := c.Tensors["head.dense.weight"]; !ok {
		c.initLinear("head.dense", seed, 0)
	}
	c.initLinear("head.out", seed, 1)
	return c.New
}

func (c *Checkpoint) initLinear(name string, seed, stream uint64) {
	random := rand.New(rand.NewPCG(seed, stream))
	for _, kind := range []string{".weight", ".bias"} {
		shape := c.Config.Shape(name + kind)
		data := make([]float32, Elements(shape))
		if kind == ".weight" {
			for i := range data {
				data[i] = float32(random.NormFloat64()) * c.Config.InitRange
			}
		}
		c.Tensors[name+kind] = Tensor{shape, data}
		c.New = append(c.New, name+kind)
	}
}

// Clone returns a deep copy.
func (c *Checkpoint) Clone() *Checkpoint {
	d := *c
	d.Config.LabelNames = slices.Clone(c.Config.LabelNames)
	d.Ignored, d.New = slices.Clone(c.Ignored), slices.Clone(c.New)
	d.Tensors = make(map[string]Tensor, len(c.Tensors))
	for name, t := range c.Tensors {
		d.Tensors[name] = Tensor{slices.Clone(t.Shape), slices.Clone(t.Data)}
	}
	return &d
}

// Hash returns twelve hex digits that identify all weights with their canonical names and shapes, to the
// last bit. Files with and without the family's prefix, or in another order, have the same hash.
func (c *Checkpoint) Hash() string {
	h := sha256.New()
	var buf []byte
	for _, name := range slices.Sorted(maps.Keys(c.Tensors)) {
		t := c.Tensors[name]
		buf = fmt.Appendf(buf[:0], "%s%d\n", name, t.Shape)
		for _, x := range t.Data {
			buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(x))
		}
		h.Write(buf)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}
