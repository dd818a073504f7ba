package model

import (
	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/pruners"
)

// Networked is a hook whose scores come from networks of the rule in some layers.
type Networked interface {
	Seam
	// Network is what scores the rows that enter a layer; nil: none.
	Network(layer int) *Network
}

// Network is a rule's network in one layer: it scores the rows that enter the layer.
// Layers that share a network have its weights in common.
type Network struct {
	Net     *pruners.Net
	Weights *NetworkWeights
	// X are the rows that it read last, Seqs their sequences, Outs what each operation
	// made of them. Pre is what GELU saw, for a backward pass.
	X         hw.Mat
	Seqs      hw.Seqs
	Outs, Pre []hw.Mat

	d           hw.Device
	outs, pre   []hw.Mat // all that there is room for
	means       []hw.Mat // of each SequenceMean: a row per sequence
	share       hw.Mat   // per row: one over its sequence's length
	rows, owner hw.Ints  // per row: its own number, its sequence's
	host        struct {
		seqs  ragged.Seqs
		share []float32
		owner []int32
	}
}

// NetworkWeights are the weights of a network on a device, by operation; empty where
// an operation has none.
type NetworkWeights struct {
	Linear []hw.Weights
	Norm   []hw.NormWeights
}

// NewNetworks puts a rule's networks on the encoder's device: one for each layer, nil
// where the rule has none. net names them, s holds their weights. With trainable they
// can learn, on a device that has hw.Backward. Their memory is m's. An error names what s lacks.
func NewNetworks(e *Encoder, m hw.Memory, net func(layer int) *pruners.Net, s pruners.State, size Size, trainable bool) ([]*Network, error) {
	list, shared := make([]*Network, e.Config.Layers), map[string]*NetworkWeights{}
	for layer := range list {
		n := net(layer)
		if n == nil {
			continue
		}
		if shared[n.Name] == nil {
			if err := n.CheckState(s, e.Config.Width); err != nil {
				return nil, err
			}
			shared[n.Name] = newNetworkWeights(e, m, n, s, trainable)
		}
		list[layer] = newNetwork(e, m, n, shared[n.Name], size, trainable)
	}
	return list, nil
}

func newNetworkWeights(e *Encoder, m hw.Memory, n *pruners.Net, s pruners.State, trainable bool) *NetworkWeights {
	w := &NetworkWeights{make([]hw.Weights, len(n.Ops)), make([]hw.NormWeights, len(n.Ops))}
	pack := m.Pack
	if trainable {
		pack = m.Trainable
	}
	for i, op := range n.Ops {
		weight, bias := n.Tensors(i)
		switch op.Kind {
		case pruners.Linear:
			w.Linear[i] = pack(s[weight].Data, s[bias].Data, op.Out, s[weight].Shape[1])
		case pruners.Norm:
			put := func(name string) hw.Mat {
				v := m.Floats(1, len(s[name].Data))
				e.Device.Write(v, s[name].Data)
				return v
			}
			w.Norm[i] = hw.NormWeights{Gain: put(weight), Bias: put(bias), Eps: e.Config.Eps}
		}
	}
	return w
}

func newNetwork(e *Encoder, m hw.Memory, net *pruners.Net, w *NetworkWeights, size Size, keep bool) *Network {
	d, widths := e.Device, net.Widths(e.Config.Width)
	n := &Network{Net: net, Weights: w, d: d, Outs: make([]hw.Mat, len(net.Ops)), Pre: make([]hw.Mat, len(net.Ops)), pre: make([]hw.Mat, len(net.Ops)), means: make([]hw.Mat, len(net.Ops))}
	for i, op := range net.Ops {
		n.outs = append(n.outs, m.Floats(size.Rows, widths[i+1]))
		if op.Kind == pruners.Linear && op.Act == hw.GELU && keep {
			n.pre[i] = m.Floats(size.Rows, op.Out)
		}
		if op.Kind == pruners.SequenceMean {
			n.means[i] = m.Floats(size.Seqs, widths[i])
			if n.share.Absent() {
				n.share, n.rows, n.owner = m.Floats(size.Rows, 1), m.Ints(size.Rows), m.Ints(size.Rows)
				counting := make([]int32, size.Rows)
				for r := range counting {
					counting[r] = int32(r)
				}
				d.WriteInts(n.rows, counting)
				n.host.seqs, n.host.share, n.host.owner = make(ragged.Seqs, size.Seqs+1), make([]float32, size.Rows), make([]int32, size.Rows)
			}
		}
	}
	return n
}

// Forward returns the network's output for the rows of x, one number for each.
func (n *Network) Forward(x hw.Mat, seqs hw.Seqs) hw.Mat {
	n.X, n.Seqs = x, seqs
	if !n.share.Absent() {
		n.spread(seqs)
	}
	for i, op := range n.Net.Ops {
		y := n.outs[i].Top(x.Rows)
		switch op.Kind {
		case pruners.Linear:
			n.Pre[i] = n.pre[i].Top(x.Rows)
			n.d.Linear(y, x, n.Weights.Linear[i], op.Act, n.Pre[i])
		case pruners.Norm:
			n.d.Norm(y, x, hw.Mat{}, n.Weights.Norm[i])
		case pruners.SequenceMean:
			n.Mean(y, x, i)
		}
		n.Outs[i], x = y, y
	}
	return x
}

// Mean sets each row of y to the mean of x over its sequence, in operation i of the
// last Forward. It is its own gradient.
func (n *Network) Mean(y, x hw.Mat, i int) {
	means := n.means[i].Top(n.Seqs.Count)
	n.d.Combine(means, x, hw.Combination{Offsets: n.Seqs.Offsets, Rows: n.rows.Top(x.Rows), Weights: n.share.Top(x.Rows)})
	n.d.Gather(y, means, n.owner.Top(x.Rows))
}

// spread writes which sequence owns each row, and how large its share in the mean is. It
// waits for the device, which may alone know where sequences end.
func (n *Network) spread(seqs hw.Seqs) {
	h := &n.host
	offsets := h.seqs[:seqs.Count+1]
	n.d.ReadInts(offsets, seqs.Offsets)
	share, owner := h.share[:seqs.Rows], h.owner[:seqs.Rows]
	clear(share)
	clear(owner)
	for b := range offsets.Count() {
		for r := offsets[b]; r < offsets[b+1]; r++ {
			share[r], owner[r] = 1/float32(offsets.Len(b)), int32(b)
		}
	}
	n.d.Write(n.share.Top(seqs.Rows), share)
	n.d.WriteInts(n.owner.Top(seqs.Rows), owner)
}
