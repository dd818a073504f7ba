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
				p, err := pruners.Begin(parse(t, spec), pruners.LearnOptions{Layers: e.Config.Layers, Heads: e.Config.Heads, Width: e.Config.Width, Seed: 1})
				if err != nil {
					t.Fatal(err)
				}
				if c, ok := p.(interface{ Check(layers int) error }); ok && c.Check(e.Config.Layers) != nil {
					continue // an example for another number of layers
				}
				for _, exact := range []bool{true, false} {
					r, _ := run(t, e, p, n.Cases.Pack(), model.Options{FullLastLayer: exact})
					for layer := range r.Depth() {
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
