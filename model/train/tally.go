package train

import (
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// tally counts what a hard rule would leave of a batch in the soft stage: one that cuts
// at the mask's middle, or one whose counts follow from lengths.
type tally struct {
	c           *model.Config
	gone        []bool
	tokens      []int   // [sequence]: before any pruning
	alive, kept [][]int // [sequence][layer]
}

// start begins a batch in which all rows live.
func (t *tally) start(s ragged.Seqs) {
	t.gone = append(t.gone[:0], make([]bool, s.Rows())...)
	t.alive, t.kept, t.tokens = t.alive[:0], t.kept[:0], t.tokens[:0]
	for b := range s.Count() {
		t.tokens = append(t.tokens, s.Len(b))
		t.alive, t.kept = append(t.alive, make([]int, t.c.Layers)), append(t.kept, make([]int, t.c.Layers))
	}
}

// layer takes a layer's mask, nil for none: a row continues iff its mask is at
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

// enter takes the policy of a decision before a layer's attention: a row enters iff it
// counts at least half as a key, a policy of half, or is the first of its sequence.
func (t *tally) enter(s ragged.Seqs, policy []float32, half float32) {
	for b := range s.Count() {
		for r := s[b] + 1; r < s[b+1]; r++ {
			t.gone[r] = t.gone[r] || policy[r] < half
		}
	}
}

// ratio is the batch's `paper` FLOPs relative to no pruning.
func (t *tally) ratio(rule pruners.Pruner) float64 {
	var paper, full int64
	for b, alive := range t.alive {
		kept := t.kept[b]
		if a, k, ok := pruners.Counts(rule, t.c.Layers, t.tokens[b]); ok {
			alive, kept = a, k
		}
		paper += model.PaperBy(t.c, rule, t.tokens[b], alive, kept)
		full += model.Full(t.c, t.tokens[b])
	}
	return float64(paper) / float64(full)
}
