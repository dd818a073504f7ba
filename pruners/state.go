package pruners

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"
)

// State is what training has made a rule learn: tensors under names of the rule's own,
// which are saved beside the weights. A spec holds what people type, a State what
// nobody would. It is not changed once it is made.
type State map[string]Tensor

// Tensor is a dense array of float32, row-major.
type Tensor struct {
	Shape []int
	Data  []float32 // as many as the product of Shape
}

// Stateful is a rule that can learn more than its spec says.
type Stateful interface {
	Pruner
	// State is what the rule has learned; nil: nothing, so that its spec says all.
	State() State
	// WithState returns the rule with what was learned. The error names what does not fit.
	WithState(s State) (Pruner, error)
}

// StateOf returns what a rule has learned; nil: nothing.
func StateOf(p Pruner) State {
	if s, ok := As[Stateful](p); ok {
		return s.State()
	}
	return nil
}

// WithState returns the rule with what it has learned; nil is nothing and fits all.
func WithState(p Pruner, s State) (Pruner, error) {
	if s == nil {
		return p, nil
	}
	var err error
	q, ok := rewrap(p, func(t Stateful) Pruner {
		q, e := t.WithState(s)
		if err = e; e != nil {
			return t
		}
		return q
	})
	switch {
	case !ok:
		return nil, fmt.Errorf("pruner %s learns nothing, and there is a learned state for it", p.Spec())
	case err != nil:
		return nil, fmt.Errorf("pruner %s: %w", p.Spec(), err)
	}
	return q, nil
}

// Hash returns twelve hex digits that identify the state's names, shapes and bits;
// empty for none.
func (s State) Hash() string {
	if len(s) == 0 {
		return ""
	}
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(s)) {
		fmt.Fprintf(h, "%q %v\n", name, s[name].Shape)
		for _, x := range s[name].Data {
			binary.Write(h, binary.LittleEndian, math.Float32bits(x))
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// tensor returns a tensor of the state; one that is missing or has another number of
// values is an error.
func (s State) tensor(name string, shape ...int) ([]float32, error) {
	t, ok := s[name]
	if !ok {
		return nil, fmt.Errorf("the learned state has no tensor %s; there are: %q", name, slices.Sorted(maps.Keys(s)))
	}
	if !slices.Equal(t.Shape, shape) {
		return nil, fmt.Errorf("the learned tensor %s has shape %v, not %v: it was learned for another model", name, t.Shape, shape)
	}
	return t.Data, nil
}
