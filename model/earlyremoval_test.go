package model_test

import (
	"math"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/hw/hwtest"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/pruners"
)

// TestEarlyRulesWeighAsTheyRemove: what every rule of the registry leaves when it removes rows
// before attention has the logits of a run that keeps them all and, as the rule's training
// does, gives the dropped ones the weight 0 as keys.
func TestEarlyRulesWeighAsTheyRemove(t *testing.T) {
	within := hwtest.Tolerance{Absolute: 1e-5}
	everywhere(t, func(t *testing.T, n oracle.Net, e *model.Encoder) {
		batch := n.Cases.Pack()
		_, whole := run(t, e, parse(t, "none"), batch, model.Options{})
		for _, rule := range pruners.Rules() {
			p := parse(t, rule.Examples[0])
			_, is := pruners.As[pruners.Early](p)
			if _, merges := pruners.As[pruners.Merger](p); !is || merges || pruners.Fits(p, e.Config.Layers) != nil {
				continue
			}
			p, exact, want := halved(t, e, p, n)
			w := weighing{weight: make([]hw.Mat, e.Config.Layers)}
			for l := range w.weight {
				if !pruners.Before(p, l, e.Config.Layers) {
					continue // the weight stays
				}
				weight := make([]float32, batch.Seqs.Rows())
				seqs, positions := exact.Entered(l)
				for b := range seqs.Count() {
					for _, at := range positions[seqs[b]:seqs[b+1]] {
						weight[batch.Seqs[b]+at] = 1
					}
				}
				w.weight[l] = e.Device.Floats(len(weight), 1)
				e.Device.Write(w.weight[l], weight)
			}
			got := pass(t, e, model.NewRun(e, w, room(batch), model.Options{FullLastLayer: true}), batch)
			told := false
			for b := range want {
				for j, x := range want[b] {
					if g := got[b][j]; !within.Allows(float64(g), float64(x)) {
						t.Errorf("%s: logit %d of sequence %d is %v weighed and %v removed", p.Spec(), j, b, g, x)
					}
					told = told || !within.Allows(float64(whole[b][j]), float64(x))
				}
			}
			if !told {
				t.Errorf("%s changes no logit, so that weights have nothing to show", p.Spec())
			}
		}
	})
}

// halved is a rule with its knob where about half of all rows leave the model, and what it does
// then. A rule with networks has new ones, with weights large enough for rows to differ.
func halved(t *testing.T, e *model.Encoder, p pruners.Pruner, n oracle.Net) (half pruners.Pruner, r *model.Run, logits [][]float32) {
	t.Helper()
	p, err := pruners.Begin(p, pruners.LearnOptions{Layers: e.Config.Layers, Heads: e.Config.Heads, Width: e.Config.Width, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range pruners.StateOf(p) {
		for i := range x.Data {
			if strings.HasSuffix(name, "weight") && len(x.Shape) > 1 {
				x.Data[i] *= 20
			}
		}
	}
	nearest, least, most := math.Inf(1), 0.0, 1.0
	for range 11 {
		x := (least + most) / 2
		q, ok := pruners.Tune(p, x)
		if !ok {
			t.Fatalf("%s has no knob", p.Spec())
		}
		one, out := run(t, e, q, n.Cases.Pack(), model.Options{FullLastLayer: true})
		seqs, _ := one.Kept(e.Config.Layers - 1)
		off := float64(seqs.Rows())/float64(n.Cases.Pack().Seqs.Rows()) - 0.5
		if math.Abs(off) < nearest {
			nearest, half, r, logits = math.Abs(off), q, one, out
		}
		if off > 0 {
			least = x
		} else {
			most = x
		}
	}
	return half, r, logits
}
