package model

import (
	"ltpbench/hw"
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
	// made of them. Pre is what activations saw, for a backward pass.
	X         hw.Mat
	Seqs      hw.Seqs
	Outs, Pre []hw.Mat

	d         hw.Device
	outs, pre []hw.Mat // all that there is room for
	means     []hw.Mat // of each SequenceMean: a row per sequence
	spread    *spread  // nil without one
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
	count := len(net.Ops)
	n := &Network{Net: net, Weights: w, d: e.Device, Outs: make([]hw.Mat, count), Pre: make([]hw.Mat, count), pre: make([]hw.Mat, count), means: make([]hw.Mat, count)}
	in, out := net.Widths(e.Config.Width)
	for i, op := range net.Ops {
		n.outs = append(n.outs, m.Floats(size.Rows, out[i]))
		if op.Act.FromInput() && keep {
			n.pre[i] = m.Floats(size.Rows, out[i])
		}
		if op.Kind == pruners.SequenceMean {
			n.means[i] = m.Floats(size.Seqs, in[i])
			if n.spread == nil {
				n.spread = newSpread(e.Device, m, size)
			}
		}
	}
	return n
}

// Forward returns the network's outputs for the rows of x. policy weighs the rows in
// means over sequences, one number for each; nil: all alike.
func (n *Network) Forward(x hw.Mat, seqs hw.Seqs, policy []float32) hw.Mat {
	n.X, n.Seqs = x, seqs
	if n.spread != nil {
		n.spread.set(seqs, policy)
	}
	for i, op := range n.Net.Ops {
		from, other := n.Net.Input(i)
		y, x := n.outs[i].Top(x.Rows), n.Output(from)
		n.Pre[i] = n.pre[i].Top(x.Rows)
		switch op.Kind {
		case pruners.Linear:
			n.d.Linear(y, x, n.Weights.Linear[i], op.Act, n.Pre[i])
		case pruners.Norm:
			normed := before(y, n.Pre[i])
			n.d.Norm(normed, x, hw.Mat{}, n.Weights.Norm[i])
			n.activate(y, normed, op.Act)
		case pruners.SequenceMean:
			n.spread.mean(y, n.means[i], x)
		case pruners.Sum:
			sum := before(y, n.Pre[i])
			n.d.Activate(sum, x, hw.Identity)
			n.d.Add(sum, n.Output(other))
			n.activate(y, sum, op.Act)
		}
		n.Outs[i] = y
	}
	return n.Outs[len(n.Outs)-1]
}

// before is where an operation puts what its activation sees.
func before(y, pre hw.Mat) hw.Mat {
	if pre.Absent() {
		return y
	}
	return pre
}

// activate makes y of what is before its activation.
func (n *Network) activate(y, x hw.Mat, act hw.Act) {
	if act != hw.Identity {
		n.d.Activate(y, x, act)
	}
}

// Output is what operation i has made, -1: the network's input.
func (n *Network) Output(i int) hw.Mat {
	if i < 0 {
		return n.X
	}
	return n.Outs[i]
}
