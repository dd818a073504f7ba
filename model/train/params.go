// Package train fits an encoder's weights, and a pruner's thresholds with them:
// a backward pass for every operation of the forward, AdamW, and the stages of
// LTP (Kim et al., arXiv 2107.00910, section 3.3).
package train

import (
	"fmt"
	"slices"
	"strings"

	"ltpbench/hw"
	"ltpbench/model"
)

// linearGrad, normGrad and the like hold gradients in the shape of the weights.
type linearGrad struct{ w, b hw.Mat }

type layerGrads struct {
	query, keyValue, out, up, down linearGrad
	norm1, norm2                   linearGrad // gain and bias
}

type grads struct {
	tables            hw.Tables
	layers            []layerGrads // those that share weights share gradients
	project           linearGrad
	dense, classifier linearGrad
}

// Param is one tensor of a checkpoint while it learns: its value and gradient on
// the device.
type Param struct {
	Name        string // canonical, see model.Config.Names
	Value, Grad hw.Mat
}

// tensor is what the optimiser changes at once: a matrix or a vector with its
// gradient and moments.
type tensor struct {
	name              string // of the checkpoint's tensors in it, joined by "+"
	value, grad, m, v hw.Mat
	decays            bool
}

// weights is everything that learns in an encoder.
type weights struct {
	d       hw.Backward
	m       hw.Memory
	e       *model.Encoder
	g       grads
	tensors []tensor
	packed  []hw.Weights
	params  []Param
	frozen  bool // matrices listed now do not learn
}

// Freeze is what does not learn; empty: Nothing.
type Freeze string

// What can be frozen. Frozen weights have no gradient at all, so a stage with
// frozen matrices takes about two thirds of the time.
const (
	Nothing    Freeze = "nothing"
	Embeddings Freeze = "embeddings" // the tables and their norm
	// Matrices freezes the embeddings and every matrix of the layers: biases,
	// norms and the head learn (BitFit, Ben Zaken et al., arXiv 2106.10199).
	Matrices Freeze = "matrices"
	// Products freezes the head's dense matrix too: biases, norms and the
	// classifier's own matrix learn.
	Products Freeze = "products"
)

// newWeights lists what learns in the first layers, depth of them.
func newWeights(e *model.Encoder, m hw.Memory, freeze Freeze, depth int) *weights {
	w := &weights{d: e.Device.(hw.Backward), m: m, e: e, frozen: freeze == Matrices || freeze == Products}
	t := &e.Tables
	if freeze == Nothing {
		w.g.tables.Word = w.table("embed.word", t.Word)
		w.g.tables.Position = w.table("embed.position", t.Position)
		if !t.Segment.Absent() {
			w.g.tables.Segment = w.table("embed.segment", t.Segment)
		}
		n := w.norm("embed.norm", t.Norm)
		w.g.tables.Norm = hw.NormWeights{Gain: n.w, Bias: n.b}
		if e.Project.Out > 0 {
			w.g.project = w.linear(e.Project, "embed.project")
		}
	}
	stored := make([]layerGrads, e.Config.Stored())
	for i := range stored {
		if i*len(e.Layers)/len(stored) >= depth {
			break // no layer that runs has these weights
		}
		l := &e.Layers[i*len(e.Layers)/len(stored)]
		name := func(part string) string { return fmt.Sprintf("layer.%d.%s", i, part) }
		stored[i] = layerGrads{
			query:    w.linear(l.Query, name("query")),
			keyValue: w.linear(l.KeyValue, name("key"), name("value")),
			out:      w.linear(l.Out, name("out")),
			norm1:    w.norm(name("norm1"), l.Norm1),
			up:       w.linear(l.Up, name("up")),
			down:     w.linear(l.Down, name("down")),
			norm2:    w.norm(name("norm2"), l.Norm2),
		}
	}
	for layer := range e.Layers {
		w.g.layers = append(w.g.layers, stored[e.Config.StoredLayer(layer)])
	}
	w.frozen = freeze == Products
	w.g.dense = w.linear(e.Dense, "head.dense")
	w.frozen = false
	w.g.classifier = w.linear(e.Classifier, "head.out")
	return w
}

// add makes room for a tensor's gradient and moments.
func (w *weights) add(name string, value hw.Mat, decays bool) hw.Mat {
	room := func() hw.Mat { return w.m.Floats(value.Rows, value.Cols) }
	t := tensor{name, value, room(), room(), room(), decays}
	w.tensors = append(w.tensors, t)
	return t.grad
}

// has reports whether there is a tensor of that name.
func (w *weights) has(name string) bool {
	return slices.ContainsFunc(w.tensors, func(t tensor) bool { return t.name == name })
}

func (w *weights) table(name string, value hw.Mat) hw.Mat {
	g := w.add(name, value, true)
	w.params = append(w.params, Param{name, value, g})
	return g
}

func (w *weights) norm(name string, n hw.NormWeights) linearGrad {
	g := linearGrad{w.add(name+".weight", n.Gain, false), w.add(name+".bias", n.Bias, false)}
	w.params = append(w.params, Param{name + ".weight", n.Gain, g.w}, Param{name + ".bias", n.Bias, g.b})
	return g
}

// linear takes a Linear that holds the outputs of the named ones, one after another.
func (w *weights) linear(l hw.Weights, names ...string) linearGrad {
	all := strings.Join(names, "+")
	g := linearGrad{b: w.add(all+".bias", l.Bias, false)}
	if !w.frozen {
		g.w = w.add(all+".weight", l.W, true)
		w.packed = append(w.packed, l)
	}
	each := l.Out / len(names)
	for i, name := range names {
		part := func(m hw.Mat) hw.Mat { return m.Shape(l.Out, 1).Slice(i*each, (i+1)*each).Shape(1, each) }
		if !w.frozen {
			w.params = append(w.params, Param{name + ".weight", l.W.Slice(i*each, (i+1)*each), g.w.Slice(i*each, (i+1)*each)})
		}
		w.params = append(w.params, Param{name + ".bias", part(l.Bias), part(g.b)})
	}
	return g
}

// matrix takes a Linear without a bias.
func (w *weights) matrix(l hw.Weights, name string) linearGrad {
	g := linearGrad{w: w.add(name+".weight", l.W, true)}
	w.packed = append(w.packed, l)
	w.params = append(w.params, Param{name + ".weight", l.W, g.w})
	return g
}

// zero clears all gradients.
func (w *weights) zero() {
	for _, t := range w.tensors {
		w.d.Zero(t.grad)
	}
}

// step changes all weights by one step of the optimiser.
func (w *weights) step(s hw.AdamW, decay float32) {
	for _, t := range w.tensors {
		s.Decay = 0
		if t.decays {
			s.Decay = decay
		}
		w.d.AdamW(t.value, t.grad, t.m, t.v, s)
	}
	w.repack()
}

// repack brings the packed layouts up to date after the masters have changed.
func (w *weights) repack() {
	for _, l := range w.packed {
		w.d.Repack(l)
	}
}

// gradNorm sets norm to the L2 norm of all gradients.
func (w *weights) gradNorm(norm hw.Mat) {
	list := make([]hw.Mat, 0, len(w.tensors))
	for _, t := range w.tensors {
		list = append(list, t.grad)
	}
	w.d.GradNorm(norm, list)
}

// store copies the weights that learned into a checkpoint.
func (w *weights) store(c *model.Checkpoint) error {
	for _, p := range w.params {
		w.d.Read(c.Tensors[p.Name].Data, p.Value)
	}
	return w.d.Sync()
}
