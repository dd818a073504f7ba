package pruners

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
)

// Predictor is a rule whose scores come from its own small networks, which read
// the rows that enter a layer. They run and learn on the device, with the encoder's
// operations, and count in the ledger.
type Predictor interface {
	Stateful
	// Net is the network whose outputs take the place of attention's score in the layer;
	// nil: none. The rule then has no Score there, and is a Decider that decides. Where
	// it decides before attention (see Early) the network reads the rows that reach the layer.
	// Layers share weights through networks of one name.
	Net(layer, layers, width int) *Net
}

// Net is a network that gives each row the same few numbers: operations one after another,
// of which the last is a Linear. Its weights are the tensors NAME.I.weight and
// NAME.I.bias of the rule's State, I the number of the operation from 0.
type Net struct {
	Name string
	Ops  []Op
}

// Op is an operation of a Net. It reads what the one before has made, the first the rows
// themselves.
type Op struct {
	Kind   OpKind
	Out    int       // of a Linear: its outputs
	Act    hw.Act    // of a Linear, Norm or Sum: what follows it
	NoBias bool      // of a Linear
	Bias   []float32 // of a Linear: where its bias begins; nil: at 0
	// Back, if not 0, has the operation read what an earlier one has made: 1 that before
	// the one before it, and so on. A Sum adds this to what the one before has made.
	Back int
}

// OpKind is what an operation does with the rows.
type OpKind int

// The operations.
const (
	Linear OpKind = iota // act(x·Wᵀ + b)
	Norm                 // LayerNorm with a gain and a bias
	// SequenceMean makes every row the mean of its sequence's rows but row 0, weighed by
	// View.Policy where there is one; 0 where nothing weighs.
	SequenceMean
	Sum // act(x + y)
)

// Input is the operation whose output operation i reads, -1: the network's input. other is
// what a Sum adds to it.
func (n *Net) Input(i int) (from, other int) {
	if n.Ops[i].Kind == Sum {
		return i - 1, i - 1 - n.Ops[i].Back
	}
	return i - 1 - n.Ops[i].Back, -2
}

// Widths returns how many columns enter and leave each operation of a network over rows
// of that width. A network that cannot be put together is the rule's bug and panics.
func (n *Net) Widths(width int) (in, out []int) {
	of := func(i int) int {
		if i < 0 {
			return width
		}
		return out[i]
	}
	for i, op := range n.Ops {
		from, other := n.Input(i)
		if from < -1 || op.Kind == Sum && (other < -1 || other == from || of(other) != of(from)) {
			panic("pruners: network " + n.Name + " reads what is not there, or adds what does not fit")
		}
		in, out = append(in, of(from)), append(out, of(from))
		if op.Kind == Linear {
			out[i] = op.Out
		}
	}
	if len(n.Ops) == 0 || n.Ops[len(n.Ops)-1].Kind != Linear {
		panic("pruners: network " + n.Name + " does not end in a Linear")
	}
	return in, out
}

// Outs is how many numbers the network gives each row.
func (n *Net) Outs() int { return n.Ops[len(n.Ops)-1].Out }

// FLOPs is what the network takes for each row, two for each product and sum of its
// matrices, as the ledger counts.
func (n *Net) FLOPs(width int) int64 {
	in, _ := n.Widths(width)
	sum := int64(0)
	for i, op := range n.Ops {
		if op.Kind == Linear {
			sum += 2 * int64(in[i]) * int64(op.Out)
		}
	}
	return sum
}

// Tensors names the weights of operation i; empty if it has none.
func (n *Net) Tensors(i int) (weight, bias string) {
	op := n.Ops[i]
	if op.Kind == SequenceMean || op.Kind == Sum {
		return "", ""
	}
	weight = fmt.Sprintf("%s.%d.weight", n.Name, i)
	if !op.NoBias {
		bias = fmt.Sprintf("%s.%d.bias", n.Name, i)
	}
	return weight, bias
}

// deviation is that of new weights, and where their normal distribution is cut off.
const deviation, most = 0.02, 2

// Init adds new weights of the network to a state, the same ones for the same seed:
// matrices normal with deviation 0.02, cut off at two deviations, biases 0 unless their
// operation says otherwise, gains 1.
// What the state has already stays.
func (n *Net) Init(s State, width int, seed uint64) {
	in, out := n.Widths(width)
	for i, op := range n.Ops {
		weight, bias := n.Tensors(i)
		if _, there := s[weight]; there || weight == "" {
			continue
		}
		shape := []int{out[i]}
		if op.Kind == Linear {
			shape = []int{out[i], in[i]}
		}
		key := uint64(i)
		for _, c := range n.Name {
			key = ragged.Mix(key ^ uint64(c))
		}
		w, r := make([]float32, product(shape)), rand.New(rand.NewPCG(seed, key))
		for j := range w {
			w[j] = 1
			for op.Kind == Linear {
				if x := r.NormFloat64(); math.Abs(x) <= most {
					w[j] = float32(deviation * x)
					break
				}
			}
		}
		s[weight] = Tensor{shape, w}
		if bias != "" {
			s[bias] = Tensor{[]int{out[i]}, append(slices.Clone(op.Bias), make([]float32, out[i]-len(op.Bias))...)}
		}
	}
}

// CheckState reports what of the network's weights a state lacks or has in another shape.
func (n *Net) CheckState(s State, width int) error {
	in, out := n.Widths(width)
	for i, op := range n.Ops {
		weight, bias := n.Tensors(i)
		if weight == "" {
			continue
		}
		shape := []int{out[i]}
		if op.Kind == Linear {
			shape = []int{out[i], in[i]}
		}
		if _, err := s.tensor(weight, shape...); err != nil {
			return err
		}
		if bias == "" {
			continue
		}
		if _, err := s.tensor(bias, out[i]); err != nil {
			return err
		}
	}
	return nil
}

// checkLayers reports a state that has learned a network, so named in each layer, for more layers
// than a model has.
func checkLayers(p Stateful, layers int) error {
	if _, more := p.State()[fmt.Sprintf("layer%d.0.weight", layers)]; more {
		return fmt.Errorf("pruner %s has learned networks for more than the model's %d layers: it was learned for another model", p.Spec(), layers)
	}
	return nil
}

func product(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// NetOf returns the network that scores a layer's rows for a rule; nil: none.
func NetOf(p Pruner, layer, layers, width int) *Net {
	if q, ok := As[Predictor](p); ok {
		return q.Net(layer, layers, width)
	}
	return nil
}

// Begin returns where a rule begins to learn: a Predictor that has learned nothing gets
// new weights, every other rule is returned as it is.
func Begin(p Pruner, o LearnOptions) (Pruner, error) {
	q, ok := As[Predictor](p)
	if !ok || q.State() != nil {
		return p, nil
	}
	s := State{}
	for layer := range o.Layers {
		if n := q.Net(layer, o.Layers, o.Width); n != nil {
			n.Init(s, o.Width, o.Seed)
		}
	}
	return WithState(p, s)
}

// NetLearner is the Learner of a Predictor: the networks learn with it, with gradients
// that its MaskGrad leaves in dscores.
type NetLearner interface {
	Learner
	// Net is as in Predictor.
	Net(layer int) *Net
	// State is where the networks begin; it holds all their weights.
	State() State
	// Learned gives the learner what its networks have learned, for Pruner.
	Learned(s State)
}

// LearnerAs returns l as one of its capabilities, such as NetLearner: l itself, or what
// a wrapper's learner has inside.
func LearnerAs[T any](l Learner) (T, bool) {
	for {
		if t, ok := l.(T); ok {
			return t, true
		}
		w, ok := l.(interface{ inner() Learner })
		if !ok {
			var none T
			return none, false
		}
		l = w.inner()
	}
}
