package model_test

import (
	"math"
	"testing"

	"ltpbench/hw"
	"ltpbench/hw/hwtest"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/pruners"
)

// blindfold removes nothing. From each layer on, the rows with a bias of -Inf are
// nobody's keys; they still ask, and pass every block, for nothing.
type blindfold struct {
	model.Free
	bias []hw.Mat // by layer: what its attention leaves to the next layer's
}

func (s blindfold) Choose(r *model.Run, a *model.Activations) { a.NextKeyBias = s.bias[a.Layer] }

// TestMaskIsRemoval: a run that removes rows gives the logits of a run that keeps
// them all and masks each dropped row as a key in every later layer.
func TestMaskIsRemoval(t *testing.T) {
	within := hwtest.Tolerance{Absolute: 1e-5}
	everywhere(t, func(t *testing.T, n oracle.Net, e *model.Encoder) {
		batch := n.Cases.Pack()
		layers, rows := e.Config.Layers, batch.Seqs.Rows()
		_, whole := run(t, e, parse(t, "none"), batch, model.Options{})
		rules := []pruners.Pruner{parse(t, "topk:rate=0.2,start=1"), parse(t, "topk:keep=0.4"), parse(t, "evit:rate=0.4"), parse(t, "power:shift=-0.4")}
		for divisor, c := range n.Cases.Threshold {
			rules = append(rules, pruners.Threshold{Theta: c.Theta, Divisor: pruners.Divisor(divisor)})
		}
		for _, rule := range rules {
			exact, want := run(t, e, rule, batch, model.Options{FullLastLayer: true})
			masks := blindfold{bias: make([]hw.Mat, layers)}
			for l := range layers {
				bias := make([]float32, rows)
				for row := range bias {
					bias[row] = float32(math.Inf(-1))
				}
				seqs, positions := exact.Kept(l)
				for b := range batch.Seqs.Count() {
					for _, p := range positions[seqs[b]:seqs[b+1]] {
						bias[batch.Seqs[b]+p] = 0
					}
				}
				masks.bias[l] = e.Device.Floats(rows, 1)
				e.Device.Write(masks.bias[l], bias)
			}
			got := pass(t, e, model.NewRun(e, masks, room(batch), model.Options{FullLastLayer: true}), batch)
			told := false // whether the rule's rows can be told from all rows at all
			for b := range want {
				for j, w := range want[b] {
					if g := got[b][j]; !within.Allows(float64(g), float64(w)) {
						t.Errorf("%s: logit %d of sequence %d is %v masked and %v removed", rule.Spec(), j, b, g, w)
					}
					told = told || !within.Allows(float64(whole[b][j]), float64(w))
				}
			}
			if !told {
				t.Errorf("%s changes no logit, so that a mask has nothing to show", rule.Spec())
			}
		}
	})
}
