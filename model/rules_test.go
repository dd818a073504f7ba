package model_test

import (
	"testing"

	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/pruners"
)

// TestEveryRuleKeepsRow0: whatever the rule, row 0 of every sequence leaves every
// layer of a run, on the host's decisions and on the device's.
func TestEveryRuleKeepsRow0(t *testing.T) {
	everywhere(t, func(t *testing.T, n oracle.Net, e *model.Encoder) {
		for _, rule := range pruners.Rules() {
			for _, spec := range rule.Examples {
				p := parse(t, spec)
				if c, ok := p.(interface{ Check(layers int) error }); ok && c.Check(e.Config.Layers) != nil {
					continue // an example for another number of layers
				}
				for _, exact := range []bool{true, false} {
					r, _ := run(t, e, p, n.Cases.Pack(), model.Options{FullLastLayer: exact})
					for layer := range e.Config.Layers {
						seqs, positions := r.Kept(layer)
						for b := range seqs.Count() {
							if seqs.Len(b) == 0 || positions[seqs[b]] != 0 {
								t.Errorf("%s, exact %v: layer %d, sequence %d loses row 0", spec, exact, layer, b)
							}
						}
					}
				}
			}
		}
	})
}
