package pruners

import "ltpbench/hw"

func init() {
	Register(Rule{
		Name:     "none",
		Doc:      "keeps every token: the unpruned baseline",
		New:      func(Args) (Pruner, error) { return None{}, nil },
		Examples: []string{"none"},
	})
}

// None keeps every token.
type None struct{}

// Spec implements Pruner.
func (None) Spec() Spec { return Spec{Name: "none"} }

// Score implements Pruner: none is read.
func (None) Score(layer, layers int) hw.Score { return hw.Score{} }

// Keep implements Pruner.
func (None) Keep(v View, keep []bool) {
	for r := range keep {
		keep[r] = true
	}
}
