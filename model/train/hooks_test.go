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

// weigher learns what keys count, before the attention of every layer: the sigmoid of a
// network's first output minus its second, times the policy before; or its logarithm.
type weigher struct {
	gate
	biases bool
}

var branched = []pruners.Op{
	{Kind: pruners.Norm}, {Kind: pruners.Linear, Out: 4, Act: hw.GELU}, {Kind: pruners.Linear, Out: 4, Act: hw.GELU, Back: 1}, {Kind: pruners.SequenceMean},
	{Kind: pruners.Linear, Out: 3, NoBias: true}, {Kind: pruners.Linear, Out: 3, Back: 3}, {Kind: pruners.Sum, Act: hw.GELU, Back: 1}, {Kind: pruners.Linear, Out: 2},
}

func (l *weigher) Params() []pruners.Param    { return nil }
func (l *weigher) Score(layer int) hw.Score   { return hw.Score{} }
func (l *weigher) Masks(layer int) bool       { return true }
func (l *weigher) UsesHidden() bool           { return false }
func (l *weigher) Biases() bool               { return l.biases }
func (l *weigher) Net(layer int) *pruners.Net { return &pruners.Net{Name: "gate", Ops: l.ops} }
func (l *weigher) Learned(s pruners.State)    { l.state = s }
func (l *weigher) Pruner() pruners.Pruner     { return &weighs{gate{l.ops, l.state}} }
func (l *weigher) logit(v pruners.View, r int) float64 {
	return 2 + float64(v.Scores[2*r]-v.Scores[2*r+1])
}

func (l *weigher) Mask(v pruners.View, mask []float32) {
	for r := range mask {
		share := 1 / (1 + math.Exp(-l.logit(v, r)))
		if l.biases {
			mask[r] = v.Policy[r] + float32(math.Log(share))
		} else {
			mask[r] = v.Policy[r] * float32(share)
		}
	}
}

func (l *weigher) MaskGrad(v pruners.View, mask, dmask []float32, to pruners.MaskGrads) {
	for r := range mask {
		share := float32(1 / (1 + math.Exp(-l.logit(v, r))))
		g := dmask[r] * (1 - share)
		to.Policy[r] += dmask[r]
		if !l.biases {
			g *= mask[r]
			to.Policy[r] += dmask[r] * (share - 1)
		}
		to.Scores[2*r] += g
		to.Scores[2*r+1] -= g
	}
}

// weighs is its hard rule.
type weighs struct{ gate }

func (g *weighs) Decides(layer, layers int) bool { return true }
func (g *weighs) Before(layer, layers int) bool  { return true }
func (g *weighs) Net(layer, layers, width int) *pruners.Net {
	return &pruners.Net{Name: "gate", Ops: g.ops}
}
func (g *weighs) Keep(v pruners.View, keep []bool) {
	for r := range keep {
		keep[r] = v.Scores[2*r] >= v.Scores[2*r+1]
	}
}

// pooler learns to pool: in one layer the rows become row 0 and three rows, each the mean of
// all by the softmax of a network's output.
type pooler struct {
	gate
	layer  int
	before bool
}

const pooled = 3

func (l *pooler) Params() []pruners.Param                                        { return nil }
func (l *pooler) Score(layer int) hw.Score                                       { return hw.Score{} }
func (l *pooler) Masks(layer int) bool                                           { return false }
func (l *pooler) UsesHidden() bool                                               { return false }
func (l *pooler) Merges(layer int) bool                                          { return layer == l.layer }
func (l *pooler) Mask(pruners.View, []float32)                                   {}
func (l *pooler) Learned(s pruners.State)                                        { l.state = s }
func (l *pooler) Pruner() pruners.Pruner                                         { return &pools{l.gate, l.layer, l.before} }
func (l *pooler) Net(layer int) *pruners.Net                                     { return l.Pruner().(*pools).Net(layer, 0, 0) }
func (l *pooler) MaskGrad(pruners.View, []float32, []float32, pruners.MaskGrads) {}

func (l *pooler) Merge(v pruners.View, m *pruners.Merged) {
	m.Next, m.Offsets, m.Rows, m.Weights, m.Sizes = append(m.Next[:0], 0), append(m.Offsets[:0], 0), m.Rows[:0], m.Weights[:0], nil
	for b := range v.Seqs.Count() {
		i, j := v.Seqs[b], v.Seqs[b+1]
		m.Rows, m.Weights = append(m.Rows, i), append(m.Weights, 1)
		m.Offsets = append(m.Offsets, int32(len(m.Rows)))
		for c := range pooled {
			sum := 0.0
			for r := i; r < j; r++ {
				sum += math.Exp(float64(v.Scores[int(r)*pooled+c]))
			}
			for r := i; r < j; r++ {
				m.Rows, m.Weights = append(m.Rows, r), append(m.Weights, float32(math.Exp(float64(v.Scores[int(r)*pooled+c]))/sum))
			}
			m.Offsets = append(m.Offsets, int32(len(m.Rows)))
		}
		m.Next = append(m.Next, int32(len(m.Offsets)-1))
	}
}

func (l *pooler) MergeGrad(v pruners.View, m *pruners.Merged, dw []float32, to pruners.MaskGrads) {
	for i := range len(m.Offsets) - 1 {
		if c := i%(pooled+1) - 1; c >= 0 {
			from, end, mean := m.Offsets[i], m.Offsets[i+1], float32(0)
			for j := from; j < end; j++ {
				mean += m.Weights[j] * dw[j]
			}
			for j := from; j < end; j++ {
				to.Scores[int(m.Rows[j])*pooled+c] += m.Weights[j] * (dw[j] - mean)
			}
		}
	}
}

// pools is its hard rule.
type pools struct {
	gate
	layer  int
	before bool
}

func (p *pools) Decides(layer, layers int) bool { return layer == p.layer }
func (p *pools) Before(layer, layers int) bool  { return p.before && layer == p.layer }
func (p *pools) Keep(pruners.View, []bool)      { panic("a merger's Keep is called") }
func (p *pools) Merge(v pruners.View, m *pruners.Merged) {
	(&pooler{p.gate, p.layer, p.before}).Merge(v, m)
}
func (p *pools) Net(layer, layers, width int) *pruners.Net {
	if layer != p.layer {
		return nil
	}
	return &pruners.Net{Name: "gate", Ops: p.ops}
}

// whole makes the network of a gate whose every layer has one.
func whole(ops []pruners.Op, width int) gate { return newGate(ops, width) }

// TestHooksLearn: gradients of what learns before attention, by weights and by biases of keys,
// and of what weighs merged rows, agree with differences of the loss, as do those of the
// encoder's weights beneath.
func TestHooksLearn(t *testing.T) {
	pooling := []pruners.Op{{Kind: pruners.Norm}, {Kind: pruners.Linear, Out: pooled}}
	for what, learner := range map[string]func(width int) pruners.Learner{
		"weights":      func(w int) pruners.Learner { return &weigher{gate: whole(branched, w)} },
		"biases":       func(w int) pruners.Learner { return &weigher{gate: whole(branched, w), biases: true} },
		"dynamicvit":   func(w int) pruners.Learner { return relaxed(t, "dynamicvit:keep=0.6", w) },
		"transkimmer":  func(w int) pruners.Learner { return relaxed(t, "transkimmer:bar=0", w) },
		"adapler":      func(w int) pruners.Learner { return relaxed(t, "adapler:scale=1", w) },
		"pool":         func(w int) pruners.Learner { return &pooler{gate: whole(pooling, w), layer: 1} },
		"pool, before": func(w int) pruners.Learner { return &pooler{gate: whole(pooling, w), layer: 1, before: true} },
	} {
		t.Run(what, func(t *testing.T) {
			cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
				testLearns(t, &n, c, d, learner(c.Config.Width))
			})
		})
	}
}

func testLearns(t *testing.T, n *oracle.Net, c *model.Checkpoint, d hw.Backward, l pruners.Learner) {
	if c.Config.Layers > 6 || c.Config.Layers < 6 && pruners.RuleOf(l.Pruner()).Name != "gate" {
		return // more layers have nothing new
	}
	b := batch(n, &c.Config)
	var size model.Size
	size.Fit(b.Seqs)
	b.Teacher = b.Targets
	teacher := c.Clone()
	for i := range teacher.Tensors["layer.1.norm2.bias"].Data {
		teacher.Tensors["layer.1.norm2.bias"].Data[i] += 0.3 * float32(math.Sin(float64(i)))
	}
	state := l.(pruners.NetLearner).State()
	grad := func(c *model.Checkpoint) (*train.Trainer, float64) {
		e, err := model.NewTrainable(d, c)
		if err != nil {
			t.Fatal(err)
		}
		o := train.Options{}
		terms := []train.Term{train.TaskTerm()}
		if rule := pruners.RuleOf(l.Pruner()); rule.Soft != nil {
			terms = nil
			for _, text := range rule.Soft.Objectives {
				term, err := train.ParseTerm(text)
				if err != nil {
					t.Fatal(err)
				}
				terms = append(terms, term)
			}
			if o.Teacher, err = model.NewTrainable(d, teacher); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { o.Teacher.Close() })
		} else if _, keys := l.(pruners.KeyLearner); keys {
			terms = append(terms, train.MaskTerm(0.2, train.Real, nil))
		}
		o.Passes = []train.Pass{{Learner: l, Terms: terms}}
		trainer, err := train.New(e, size, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { trainer.Close(); e.Close() })
		r, err := trainer.Grad(b)
		if err != nil {
			t.Fatal(err)
		}
		if !(r.Ratio > 0 && r.Ratio < 2) {
			t.Errorf("ratio %v", r.Ratio)
		}
		bars := r.Term("lengths") // a loss of theirs alone: see TestLengths
		return trainer, r.Loss - float64(bars.Weight)*bars.Value
	}
	trainer, _ := grad(c)
	grads := map[string][]float32{}
	for _, p := range append(trainer.NetParams(), trainer.Params()...) {
		grads[p.Name] = make([]float32, p.Grad.Rows*p.Grad.Cols)
		d.Read(grads[p.Name], p.Grad)
	}
	compare := func(what string, value []float32) {
		g, at := grads[what], 0
		for i, x := range g {
			if math.Abs(float64(x)) > math.Abs(float64(g[at])) {
				at = i
			}
		}
		step := float32(5e-3)
		if keys, ok := l.(pruners.KeyLearner); ok && keys.Biases() {
			step = 1e-3 // biases bend
		}
		before := value[at]
		value[at] = before + step
		_, up := grad(c)
		value[at] = before - step
		_, down := grad(c)
		value[at] = before
		if want := (up - down) / float64(2*step); !(math.Abs(float64(g[at])-want) <= 2e-3+0.02*math.Abs(want)) || g[at] == 0 {
			t.Errorf("the gradient of %s is %v, by differences %v", what, g[at], want)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(state)) {
		if grads["pruner."+name] == nil {
			t.Errorf("%s does not learn", name)
			continue
		}
		compare("pruner."+name, state[name].Data)
	}
	compare("layer.0.query.weight", c.Tensors["layer.0.query.weight"].Data)
	compare("layer.1.key.weight", c.Tensors["layer.1.key.weight"].Data)
	compare("embed.word", c.Tensors["embed.word"].Data)
}

// relaxed is the learner of a rule with a hard decision as its gradient has it, from weights
// large enough for scores to differ.
func relaxed(t *testing.T, spec string, width int) pruners.Learner {
	p, err := pruners.Parse(spec)
	if err != nil {
		t.Fatal(err)
	}
	o := pruners.LearnOptions{Layers: 6, Width: width, Heads: 2, Temperature: 0.1, Seed: 5}
	if p, err = pruners.Begin(p, o); err != nil {
		t.Fatal(err)
	}
	for name, x := range pruners.StateOf(p) {
		for i := range x.Data {
			if strings.HasSuffix(name, "weight") && len(x.Shape) > 1 {
				x.Data[i] *= 12
			}
			if len(x.Data) == 2 {
				x.Data[i] /= 4 // biases towards keeping
			}
		}
	}
	l, _, err := pruners.Learn(p, o)
	if err != nil {
		t.Fatal(err)
	}
	if hard, ok := l.(interface{ Relax() pruners.Learner }); ok {
		return hard.Relax()
	}
	for _, p := range l.Params() {
		for i := range p.Value {
			p.Value[i] *= 3 // so that some rows are about to go
		}
	}
	return l
}

// evens drops every other row before the attention of layer 1, and runs two layers alone.
type evens struct{ pruners.None }

func (evens) Decides(layer, layers int) bool { return layer == 1 }
func (evens) Before(layer, layers int) bool  { return layer == 1 }
func (evens) Depth(layers int) int           { return 2 }
func (evens) Deep(depth int) pruners.Pruner  { return evens{} }
func (evens) Keep(v pruners.View, keep []bool) {
	for r, at := range v.Positions {
		keep[r] = at%2 == 0
	}
}

// TestEarlyHard: the encoder learns under a rule that drops rows before attention and leaves
// layers out; the weights of those do not change.
func TestEarlyHard(t *testing.T) {
	cases(t, func(t *testing.T, n oracle.Net, c *model.Checkpoint, d hw.Backward) {
		b := batch(&n, &c.Config)
		var size model.Size
		size.Fit(b.Seqs)
		grad := func() (*train.Trainer, float64) {
			e, err := model.NewTrainable(d, c)
			if err != nil {
				t.Fatal(err)
			}
			trainer, err := train.New(e, size, one(train.Pass{Pruner: evens{}}))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { trainer.Close(); e.Close() })
			r, err := trainer.Grad(b)
			if err != nil {
				t.Fatal(err)
			}
			return trainer, r.Loss
		}
		trainer, _ := grad()
		for _, p := range trainer.Params() {
			if p.Name == "layer.2.query.weight" && c.Config.Stored() > 2 {
				t.Error("a layer that does not run learns")
			}
			switch p.Name {
			case "layer.0.query.weight", "layer.1.value.weight", "embed.position":
			default:
				continue
			}
			g, at, value := make([]float32, p.Grad.Rows*p.Grad.Cols), 0, c.Tensors[p.Name].Data
			d.Read(g, p.Grad)
			for i, x := range g {
				if math.Abs(float64(x)) > math.Abs(float64(g[at])) {
					at = i
				}
			}
			const step = 5e-3
			before := value[at]
			value[at] = before + step
			_, up := grad()
			value[at] = before - step
			_, down := grad()
			value[at] = before
			if want := (up - down) / (2 * step); !(math.Abs(float64(g[at])-want) <= 2e-3+0.02*math.Abs(want)) || g[at] == 0 {
				t.Errorf("the gradient of %s is %v, by differences %v", p.Name, g[at], want)
			}
		}
	})
}
