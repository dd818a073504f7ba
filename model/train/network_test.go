package train_test

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/model/train"
	"ltpbench/pruners"
)

// gate is a rule in tests alone: a network that all layers from 1 on share scores the
// rows that enter them, and a row lives where its score is at least 0.
type gate struct {
	ops   []pruners.Op
	state pruners.State
}

func (g *gate) Spec() pruners.Spec                                { return pruners.Spec{Name: "gate"} }
func (g *gate) Score(layer, layers int) hw.Score                  { return hw.Score{} }
func (g *gate) Decides(layer, layers int) bool                    { return layer > 0 }
func (g *gate) State() pruners.State                              { return g.state }
func (g *gate) WithState(s pruners.State) (pruners.Pruner, error) { return &gate{g.ops, s}, nil }

func (g *gate) Net(layer, layers, width int) *pruners.Net {
	if layer == 0 {
		return nil
	}
	return &pruners.Net{Name: "gate", Ops: g.ops}
}

func (g *gate) Keep(v pruners.View, keep []bool) {
	for r, s := range v.Scores {
		keep[r] = s >= 0
	}
}

// gateLearner learns the network; a row's mask is the sigmoid of its score.
type gateLearner struct {
	gate
	*testing.T
}

func (l *gateLearner) Params() []pruners.Param    { return nil }
func (l *gateLearner) Score(layer int) hw.Score   { return hw.Score{} }
func (l *gateLearner) Masks(layer int) bool       { return layer > 0 }
func (l *gateLearner) UsesHidden() bool           { return false }
func (l *gateLearner) Net(layer int) *pruners.Net { return l.gate.Net(layer, 0, 0) }
func (l *gateLearner) Learned(s pruners.State)    { l.state = s }
func (l *gateLearner) Pruner() pruners.Pruner     { return &gate{l.ops, l.state} }
func (l *gateLearner) Mask(v pruners.View, mask []float32) {
	for r, s := range v.Scores {
		mask[r] = float32(1 / (1 + math.Exp(-float64(s))))
	}
}

func (l *gateLearner) MaskGrad(v pruners.View, mask, dmask []float32, to pruners.MaskGrads) {
	for r, m := range mask {
		to.Scores[r] += dmask[r] * m * (1 - m)
	}
}

// newGate is a gate whose weights are large enough for its scores to differ.
func newGate(ops []pruners.Op, width int) gate {
	g := gate{ops, pruners.State{}}
	g.Net(1, 2, width).Init(g.state, width, 3)
	for name, t := range g.state {
		for i := range t.Data {
			if strings.HasSuffix(name, ".weight") {
				t.Data[i] *= 12
			} else {
				t.Data[i] = 0.1 * float32(math.Sin(float64(i)))
			}
		}
	}
	return g
}

// TestNetwork: a rule's network learns on the device; its gradient, and that of the
// weights below it, agree with differences of the loss, and what it has learned comes
// back as a state that decides as the mask did.
func TestNetwork(t *testing.T) {
	for what, ops := range map[string][]pruners.Op{
		"linear": {{Kind: pruners.Linear, Out: 1}},
		"layers": {{Kind: pruners.Norm}, {Kind: pruners.Linear, Out: 5, Act: hw.GELU}, {Kind: pruners.Linear, Out: 4, Act: hw.Tanh}, {Kind: pruners.Linear, Out: 1}},
		"mean":   {{Kind: pruners.Linear, Out: 6, Act: hw.GELU}, {Kind: pruners.SequenceMean}, {Kind: pruners.Linear, Out: 1}},
	} {
		t.Run(what, func(t *testing.T) {
			cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
				testNetwork(t, &n, c, d, ops)
			})
		})
	}
}

func testNetwork(t *testing.T, n *oracle.Net, c *model.Checkpoint, d hw.Backward, ops []pruners.Op) {
	b := batch(n, &c.Config)
	var size model.Size
	size.Fit(b.Seqs)
	g := newGate(ops, c.Config.Width)
	loss := func(c *model.Checkpoint) (*train.Trainer, float64) {
		e, err := model.NewTrainable(d, c)
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := train.New(e, size, one(soft(c, &gateLearner{gate: g}, 0.2, train.Real)))
		if err != nil {
			t.Fatal(err)
		}
		r, err := trainer.Grad(b)
		if err != nil {
			t.Fatal(err)
		}
		if full := r.Ratio; !(full > 0) {
			t.Errorf("ratio %v", full)
		}
		return trainer, r.Loss
	}
	trainer, _ := loss(c)
	grads := map[string][]float32{}
	for _, p := range append(trainer.NetParams(), trainer.Params()...) {
		grads[p.Name] = make([]float32, p.Grad.Rows*p.Grad.Cols)
		d.Read(grads[p.Name], p.Grad)
	}
	near := func(what string, value []float32) {
		grad, at := grads[what], 0
		for i, x := range grad {
			if math.Abs(float64(x)) > math.Abs(float64(grad[at])) {
				at = i
			}
		}
		const step = 5e-3
		before := value[at]
		value[at] = before + step
		_, up := loss(c)
		value[at] = before - step
		_, down := loss(c)
		value[at] = before
		if want := (up - down) / (2 * step); !(math.Abs(float64(grad[at])-want) <= 2e-3+0.02*math.Abs(want)) || grad[at] == 0 {
			t.Errorf("the gradient of %s is %v, by differences %v", what, grad[at], want)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(g.state)) {
		near("pruner."+name, g.state[name].Data)
	}
	near("layer.0.query.weight", c.Tensors["layer.0.query.weight"].Data)
	near("layer.1.query.weight", c.Tensors["layer.1.query.weight"].Data)
}

// TestNetworkResumes: a stage in which a network learns resumes to the last bit, and what it
// stores is what the network has become.
func TestNetworkResumes(t *testing.T) {
	ops := []pruners.Op{{Kind: pruners.Norm}, {Kind: pruners.Linear, Out: 5, Act: hw.GELU}, {Kind: pruners.Linear, Out: 1}}
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		b := batch(&n, &c.Config)
		var size model.Size
		size.Fit(b.Seqs)
		begin := func() (*train.Trainer, *gateLearner) {
			l := &gateLearner{gate: newGate(ops, c.Config.Width)}
			e, err := model.NewTrainable(d, c)
			if err != nil {
				t.Fatal(err)
			}
			o := one(soft(c, l, 0.2, train.Real))
			o.Steps, o.LearningRate, o.LearnerRate = 6, 1e-3, 1e-2
			trainer, err := train.New(e, size, o)
			if err != nil {
				t.Fatal(err)
			}
			return trainer, l
		}
		steps := func(trainer *train.Trainer, n int) {
			for range n {
				if _, err := trainer.Step(b); err != nil {
					t.Fatal(err)
				}
			}
		}
		whole, learner := begin()
		before := learner.State().Hash()
		steps(whole, 2)
		state, err := whole.State()
		if err != nil {
			t.Fatal(err)
		}
		steps(whole, 2)
		resumed, again := begin()
		if err := resumed.Resume(state); err != nil {
			t.Fatal(err)
		}
		steps(resumed, 2)
		for _, x := range []*train.Trainer{whole, resumed} {
			if err := x.Store(c.Clone()); err != nil {
				t.Fatal(err)
			}
		}
		if a, b := learner.State().Hash(), again.State().Hash(); a != b || a == before {
			t.Errorf("the network was %s, is %s, and resumed %s", before, a, b)
		}
	})
}
