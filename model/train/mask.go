package train

import (
	"errors"
	"math"

	"ltpbench/internal/registry"
	"ltpbench/pruners"
)

func init() {
	objectives.Register(registry.Entry[Objective]{
		Name: "mask",
		Doc:  "the sum over layers of the mean mask of a soft stage, so that keeping tokens has a cost (Kim et al., arXiv 2107.00910, section 3.3)",
		Params: []registry.Param{
			{Key: "over", Doc: "what the mean runs over: real tokens (default), or padded: all positions of a batch padded to 128, as in the published code"},
			{Key: "layers", Doc: "equal (default); or growing: layer l, from 1, counts l times (PoWER-BERT, arXiv 2001.08950, section 3.3)"},
		},
		New: func(a registry.Args) (Objective, error) {
			over, err := a.Choice("over", string(Real), string(PaddedPositions))
			if err != nil {
				return nil, err
			}
			layers, err := a.Choice("layers", "equal", "growing")
			return mask{over: Regulariser(over), growing: layers == "growing"}, err
		},
		Examples: []string{"mask:weight=0.03", "mask:over=padded,weight=0.1", "mask:layers=growing,weight=0.01"},
	})
}

// Regulariser is what the mean mask runs over.
type Regulariser string

// The regularisers: over real tokens, or over all positions of a batch padded to
// 128, as the published code has it.
const (
	Real            Regulariser = "real"
	PaddedPositions Regulariser = "padded"
)

type mask struct {
	over    Regulariser
	growing bool
}

// MaskTerm is the mean mask with its weight, constant or controlled.
func MaskTerm(weight float32, over Regulariser, control Controller) Term {
	return Term{Name: "mask", Objective: mask{over: over}, Weight: weight, Control: control}
}

func (mask) penalty() {}

// Needs implements Objective.
func (mask) Needs(f Fit) (Needs, error) {
	if f.Learner == nil {
		return Needs{}, errors.New("there is no mask; only a stage in which the rule learns has one")
	}
	return Needs{}, nil
}

// Add implements Objective.
func (o mask) Add(s *Step, weight float32) (float64, error) {
	total := 0.0
	for l := range s.Config().Layers {
		m := s.Mask(l)
		if m == nil {
			continue
		}
		places, sum, by := len(m.D), 0.0, float32(1)
		if o.growing {
			by = float32(l + 1)
		}
		if o.over == PaddedPositions {
			places = s.Sequences() * pruners.PaddedLength
		}
		weights := s.weights(m)
		for _, d := range weights {
			sum += float64(d)
		}
		if padding := places - len(m.D); padding > 0 {
			m = s.MaskWithPadding(l)
			sum += float64(padding) * float64(m.Padding)
			m.DPadding += by * weight * float32(padding) / float32(places)
		}
		total += float64(by) * sum / float64(places)
		for i := range m.DD {
			if g := by * weight / float32(places); s.logarithms() {
				m.DD[i] += g * weights[i]
			} else {
				m.DD[i] += g
			}
		}
	}
	return total, nil
}

// logarithms reports whether masks are policies that are logarithms of weights.
func (s *Step) logarithms() bool { f := s.p.soft; return f != nil && f.keys != nil && f.policy.biases }

// weights is how much rows count by a mask or policy.
func (s *Step) weights(m *Mask) []float32 {
	if !s.logarithms() {
		return m.D
	}
	list := make([]float32, len(m.D))
	for i, d := range m.D {
		list[i] = float32(math.Exp(float64(d)))
	}
	return list
}
