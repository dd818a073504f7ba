package train

import (
	"fmt"
	"strings"

	"ltpbench/hw"
	"ltpbench/model"
	"ltpbench/pruners"
)

// networks are a learner's networks while they learn: their weights have a learning
// their own rate, the learner's, no weight decay, and are not clipped.
type networks struct {
	learner pruners.NetLearner
	layers  []*model.Network // nil where there is none
	w       *weights
	grads   map[*model.NetworkWeights][]linearGrad // by operation
	column  hw.Mat                                 // a number per row
	rooms   map[*model.NetworkWeights][]hw.Mat     // by operation: gradient of what enters it, a Sum's twice
}

// netPrefix sets a network's weights apart from the encoder's in a State.
const netPrefix = "pruner."

// newNetworks makes room for a learner's networks; nil for a learner without any.
func newNetworks(e *model.Encoder, m hw.Memory, l pruners.Learner, size model.Size) (*networks, error) {
	learner, ok := pruners.LearnerAs[pruners.NetLearner](l)
	if !ok {
		return nil, nil
	}
	d := e.Device.(hw.Backward)
	layers, err := model.NewNetworks(e, m, learner.Net, learner.State(), size, true)
	if err != nil {
		return nil, fmt.Errorf("learner of %s: %w", l.Pruner().Spec(), err)
	}
	n := &networks{learner: learner, layers: layers, w: &weights{d: d, m: m}, grads: map[*model.NetworkWeights][]linearGrad{}, rooms: map[*model.NetworkWeights][]hw.Mat{}}
	for _, net := range layers {
		if net == nil || n.grads[net.Weights] != nil {
			continue
		}
		widths, _ := net.Net.Widths(e.Config.Width)
		for i, op := range net.Net.Ops {
			var g linearGrad
			weight, bias := net.Net.Tensors(i)
			name := netPrefix + strings.TrimSuffix(weight, ".weight")
			switch {
			case op.Kind == pruners.Linear && bias == "":
				g = n.w.matrix(net.Weights.Linear[i], name)
			case op.Kind == pruners.Linear:
				g = n.w.linear(net.Weights.Linear[i], name)
			case op.Kind == pruners.Norm:
				g = n.w.norm(name, net.Weights.Norm[i])
			}
			n.grads[net.Weights] = append(n.grads[net.Weights], g)
			n.rooms[net.Weights] = append(n.rooms[net.Weights], m.Floats(size.Rows, widths[i]))
		}
		n.column = m.Floats(size.Rows, 1)
	}
	return n, nil
}

// backward goes back through a layer's network: dscores is spent, what goes back into
// the rows that the network read is added to dx, and what goes back into the policy that
// weighed its means to dpolicy, nil if that is not wanted.
func (n *networks) backward(layer int, dscores, dx hw.Mat, dpolicy []float32) {
	net := n.layers[layer]
	d, grads, rooms := n.w.d, n.grads[net.Weights], n.rooms[net.Weights]
	of := make([]hw.Mat, len(net.Net.Ops)) // the gradient of what each operation has made
	of[len(of)-1] = dscores
	into := func(from int, g hw.Mat) {
		switch {
		case from < 0:
			d.Add(dx, g)
		case of[from].Absent():
			of[from] = g
		default:
			d.Add(of[from], g)
		}
	}
	for i := len(of) - 1; i >= 0; i-- {
		op, dy := net.Net.Ops[i], of[i]
		from, other := net.Net.Input(i)
		x, to := net.Output(from), rooms[i].Top(dscores.Rows)
		switch saved := net.Outs[i]; {
		case op.Act == hw.Identity:
		case op.Act.FromInput():
			d.ActGrad(dy, dy, net.Pre[i], op.Act)
		default:
			d.ActGrad(dy, dy, saved, op.Act)
		}
		switch op.Kind {
		case pruners.Linear:
			d.LinearGrad(to, grads[i].w, grads[i].b, dy, x, net.Weights.Linear[i])
		case pruners.Norm:
			d.NormGrad(to, grads[i].w, grads[i].b, dy, x, hw.Mat{}, net.Weights.Norm[i])
		case pruners.SequenceMean:
			net.MeanGrad(to, dy, i, n.column, dpolicy)
		case pruners.Sum:
			d.Activate(to, dy, hw.Identity) // each of the two is changed later
			into(other, to)
			to = dy
		}
		into(from, to)
	}
}

// step changes the networks' weights by one step of the optimiser.
func (n *networks) step(s hw.AdamW, rate float32) {
	s.Rate, s.Clip = rate, 0
	n.w.step(s, 0)
}

// store gives the learner what its networks have learned.
func (n *networks) store() error {
	s := pruners.State{}
	for name, t := range n.learner.State() {
		s[name] = pruners.Tensor{Shape: t.Shape, Data: make([]float32, len(t.Data))}
	}
	for _, p := range n.w.params {
		n.w.d.Read(s[strings.TrimPrefix(p.Name, netPrefix)].Data, p.Value)
	}
	if err := n.w.d.Sync(); err != nil {
		return err
	}
	n.learner.Learned(s)
	return nil
}
