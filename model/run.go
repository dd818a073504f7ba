package model

import (
	"ltpbench/hw"
	"ltpbench/internal/ragged"
)

// Size is the largest batch that a Run has room for.
type Size struct {
	Rows, Seqs int
	Longest    int // tokens of the longest sequence
	Pairs      int // sum of the squared lengths
}

// Fit grows the size so that b fits.
func (s *Size) Fit(b ragged.Seqs) {
	s.Rows, s.Seqs = max(s.Rows, b.Rows()), max(s.Seqs, b.Count())
	s.Longest, s.Pairs = max(s.Longest, b.Longest()), max(s.Pairs, b.Pairs())
}

// Options describe how a Run runs.
type Options struct {
	// SaveActivations gives each layer separate activations, for a backward pass.
	SaveActivations bool
	// FullLastLayer computes all rows of the last layer, so that its scores, kept set and
	// `paper` FLOPs exist. Without it only row 0 of each sequence asks there,
	// which is all that a classifier reads.
	FullLastLayer bool
	// Layers is how many of the encoder's layers run, the first ones; 0: all.
	Layers int
}

// Run is one batch on its way through an encoder: the device memory for it and
// the state between layers. Not safe for concurrent use.
type Run struct {
	e      *Encoder
	d      hw.Device
	memory hw.Scope
	size   Size
	o      Options
	seam   Seam
	layers []Activations
	err    error

	hostSizes int // see hw.Info

	// Draw is what random choices of a rule that learns are drawn by, with example and
	// position: of seed, step and pass. Only training sets it.
	Draw uint64
	// Progress is the share of a training stage that is over.
	Progress float64

	// Dropout, if set, describes what is dropped at a site of a layer (-1 outside the
	// layers). Only training sets it, on a device that has hw.Backward.
	Dropout func(layer int, site Site) hw.Dropout
	Keys    hw.Ints // two per row, if Dropout is set

	Batch                    ragged.Batch // the batch under way, on the host
	ids, positions, segments hw.Ints
	places                   hw.Ints // positions counted from 0
	offsets, ones, full      hw.Ints
	counting                 hw.Ints // see all
	headKeyList              hw.Ints
	seqs                     hw.Seqs
	embedded, projected      hw.Mat
	First, Dense, Logits     hw.Mat // the head: row 0 of each sequence, and what becomes of it
	DensePre                 hw.Mat // Dense before its activation, where its gradient needs that
	Dropped                  hw.Mat // Dense with elements dropped, if Dropout is set
	host                     hostView
}

// buffers is memory for the activations of a layer, sized by the largest batch.
type buffers struct {
	asking, q, kv, context, out, residual, mid, merged, pre, up, down, y hw.Mat
	entered                                                              hw.Mat // see Run.entered; made when first needed
	probs                                                                hw.Probs
}

// lists is each layer's own small memory: what remains readable after the run.
type lists struct {
	rows, offsets, positions, keys hw.Ints
	scored, perSequence            hw.Mat
	merge                          *mergeLists
	sizes                          []float32 // of the rows that the layer has merged, see pruners.Merged
}

// NewRun makes room on the encoder's device for batches up to the given size, until
// the run's Close.
func NewRun(e *Encoder, seam Seam, size Size, o Options) *Run {
	d, c, m := e.Device, &e.Config, e.Device.Scope()
	depth := c.Layers
	if o.Layers > 0 {
		depth = min(depth, o.Layers)
	}
	r := &Run{e: e, d: d, memory: m, hostSizes: d.Info().HostSizes, size: size, o: o, seam: seam, layers: make([]Activations, depth)}
	r.ids, r.positions, r.segments = m.Ints(size.Rows), m.Ints(size.Rows), m.Ints(size.Rows)
	r.places, r.Keys = m.Ints(size.Rows), m.Ints(2*size.Rows)
	r.offsets, r.ones, r.full = m.Ints(size.Seqs+1), m.Ints(size.Seqs+1), m.Ints(size.Seqs)
	r.headKeyList = m.Ints(2 * size.Seqs)
	r.embedded = m.Floats(size.Rows, c.Embedding())
	if e.Project.Out > 0 {
		r.projected = m.Floats(size.Rows, c.Width)
	}
	if c.HeadAct().FromInput() && o.SaveActivations {
		r.DensePre = m.Floats(size.Seqs, c.Width)
	}
	r.First = m.Floats(size.Seqs, c.Width)
	r.Dropped = m.Floats(size.Seqs, c.Width)
	r.Dense, r.Logits = m.Floats(size.Seqs, c.Width), m.Floats(size.Seqs, max(1, c.Labels))
	counting := make([]int32, size.Seqs+1)
	for i := range counting {
		counting[i] = int32(i)
	}
	d.WriteInts(r.ones, counting)
	var shared *buffers
	for i := range r.layers {
		if shared == nil || o.SaveActivations {
			shared = r.newBuffers()
		}
		r.layers[i] = Activations{Layer: i, Last: i == depth-1, buffers: shared, own: r.newLists()}
	}
	return r
}

func (r *Run) newLists() *lists {
	m, size := r.memory, r.size
	return &lists{
		rows: m.Ints(size.Rows), offsets: m.Ints(size.Seqs + 1), positions: m.Ints(size.Rows), keys: m.Ints(2 * size.Rows),
		scored: m.Floats(size.Rows, 1), perSequence: m.Floats(size.Seqs, 1),
	}
}

func (r *Run) newBuffers() *buffers {
	m, c, n := r.memory, &r.e.Config, r.size.Rows
	row := func(cols int) hw.Mat { return m.Floats(n, cols) }
	b := &buffers{
		asking: m.Floats(r.size.Seqs, c.Width), q: row(c.Width), kv: row(2 * c.Width), context: row(c.Width), out: row(c.Width),
		residual: row(c.Width), mid: row(c.Width), merged: row(c.Width), up: row(c.FFN), down: row(c.Width), y: row(c.Width),
		probs: m.Probs(c.Heads, r.size.Pairs),
	}
	if r.o.SaveActivations {
		b.pre = row(c.FFN)
		return b
	}
	b.q, b.context, b.up = b.q.AsOperand(), b.context.AsOperand(), b.up.AsOperand()
	if s, ok := r.seam.(keyReader); !ok || !s.readsKeys() {
		b.kv = b.kv.AsOperand()
	}
	return b
}

// Close gives the run's memory back; closing twice does nothing.
func (r *Run) Close() { r.memory.Close() }

// Load gives the run its next batch.
func (r *Run) Load(b ragged.Batch) {
	n, count := b.Seqs.Rows(), b.Seqs.Count()
	if n > r.size.Rows || count > r.size.Seqs || b.Seqs.Longest() > r.size.Longest || b.Seqs.Pairs() > r.size.Pairs {
		panic("model: the batch is larger than the Run was made for")
	}
	r.Batch, r.err = b, nil
	r.host.start(b, &r.e.Config)
	r.seqs = hw.Seqs{Offsets: r.offsets.Top(count + 1), Count: count, Rows: n, Longest: b.Seqs.Longest()}
	r.d.WriteInts(r.seqs.Offsets, b.Seqs)
	r.d.WriteInts(r.ids.Top(n), b.IDs)
	r.d.WriteInts(r.segments.Top(n), b.Segments)
	r.d.WriteInts(r.places.Top(n), b.Positions)
	r.d.WriteInts(r.positions.Top(n), r.host.tablePositions)
	r.d.WriteInts(r.full.Top(count), r.host.full)
	if r.Dropout != nil {
		r.d.WriteInts(r.Keys.Top(2*n), r.host.keys(b))
	}
}

// Lookups returns the lists that the batch's embedding was read with; segments is
// absent where the model has none.
func (r *Run) Lookups() (ids, positions, segments hw.Ints) {
	n := r.seqs.Rows
	ids, positions = r.ids.Top(n), r.positions.Top(n)
	if !r.e.Tables.Segment.Absent() {
		segments = r.segments.Top(n)
	}
	return ids, positions, segments
}

// Depth is how many layers run.
func (r *Run) Depth() int { return len(r.layers) }

// Device is where the run takes place.
func (r *Run) Device() hw.Device { return r.d }
