package train

import (
	"math"

	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// The gains of a steered lambda: by each step the error, the FLOPs ratio less the
// budget, multiplies it by exp(integral·error) for good, and for the moment by
// 1 + proportional·error, at most by largest either way. Below the budget it is
// soon negative, since thetas that have gone too high have to be drawn back:
// masks near 0 send hardly any gradient of the task. In a hard stage the thetas'
// common factor is multiplied by exp(rescaling·error).
const integral, proportional, largest, rescaling = 0.05, 20, 3, 0.1

// tally counts what a hard rule at the mask's middle would leave of a batch in
// the soft stage.
type tally struct {
	c           *model.Config
	gone        []bool
	alive, kept [][]int // [sequence][layer]
}

// start begins a batch in which all rows live.
func (t *tally) start(s ragged.Seqs) {
	t.gone = append(t.gone[:0], make([]bool, s.Rows())...)
	t.alive, t.kept = t.alive[:0], t.kept[:0]
	for range s.Count() {
		t.alive, t.kept = append(t.alive, make([]int, t.c.Layers)), append(t.kept, make([]int, t.c.Layers))
	}
}

// layer takes a layer's mask, nil for none: a row goes on iff its mask is at
// least one half or it is the first of its sequence.
func (t *tally) layer(i int, s ragged.Seqs, mask []float32) {
	for b := range s.Count() {
		for r := s[b]; r < s[b+1]; r++ {
			if t.gone[r] {
				continue
			}
			t.alive[b][i]++
			if mask != nil && mask[r] < 0.5 && r > s[b] {
				t.gone[r] = true
				continue
			}
			t.kept[b][i]++
		}
	}
}

// ratio is the batch's `paper` FLOPs relative to no pruning.
func (t *tally) ratio() float64 {
	var paper, full int64
	for b, a := range t.alive {
		paper += model.Paper(t.c, a, t.kept[b])
		full += model.Full(t.c, a[0])
	}
	return float64(paper) / float64(full)
}

// steer sets lambda, or the thetas' common factor in a hard stage, so that the
// batches' FLOPs ratio approaches the budget.
func (t *Trainer) steer(ratio float64) {
	off := ratio - t.o.Budget
	if t.soft == nil {
		t.steered *= math.Exp(rescaling * off)
		t.scale()
		return
	}
	t.steered *= math.Exp(integral * off)
	t.lambda = float32(t.steered * max(-largest, min(largest, 1+proportional*off)))
}

// scale gives the run the rule with its thetas multiplied by the factor so far.
func (t *Trainer) scale() {
	t.rule = t.o.Pruner.(pruners.Threshold).Scaled(float32(t.steered))
	t.run.SetPruner(t.rule)
}

// Pruner is the rule of a hard stage as it is now; nil in other stages.
func (t *Trainer) Pruner() pruners.Pruner { return t.rule }

// ratio is the `paper` FLOPs of the batch that was run last, relative to no
// pruning, all rows of the last layer counted.
func (t *Trainer) ratio() float64 {
	if t.soft != nil {
		return t.soft.tally.ratio()
	}
	_, alive, kept := t.run.Counts()
	n := tally{c: &t.e.Config, alive: alive, kept: kept}
	return n.ratio()
}
