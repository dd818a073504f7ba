package explain

import (
	"math"
	"slices"

	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// Way is a token's way through the layers.
type Way struct {
	// Scores has an entry for each layer that the token enters; NaN where nothing was scored.
	Scores []float64
	// Leaves is the layer that the token does not leave; the number of layers if it remains.
	Leaves int
	Before bool // it left before the layer's attention, without a score there
	// Into is the token that it was merged into when it left; -1: it was dropped, or remains.
	Into     int
	Absorbed []int // tokens that were merged into it, in their order
}

// trace reads what the run of the batch has left, a trace per sequence.
func (r *run) trace(seqs []ragged.Sequence) []Trace {
	last, layers := r.runner.Last(), pruners.Depth(r.rule, r.e.Config.Layers)
	traces := make([]Trace, len(seqs))
	_, alive, kept := last.Counts()
	for b := range traces {
		t := Trace{Spec: r.rule.Spec().String(), Layers: layers, Ways: make([]Way, len(seqs[b].IDs)), Relative: true}
		t.Ratio = float64(model.PaperBy(&r.e.Config, r.rule, len(seqs[b].IDs), alive[b], kept[b])) / float64(model.Full(&r.e.Config, len(seqs[b].IDs)))
		for i := range t.Ways {
			t.Ways[i].Leaves, t.Ways[i].Into = layers, -1
		}
		traces[b] = t
	}
	for l := range layers {
		in, entering := last.Entered(l)
		out, leaving := last.Kept(l)
		_, scores := last.Received(l)
		for b := range traces {
			traces[b].layer(l, entering[in[b]:in[b+1]], leaving[out[b]:out[b+1]], of(scores, in, b))
		}
	}
	if r.merges != nil {
		r.merges.note(traces)
	}
	for b := range traces {
		traces[b].relate()
	}
	return traces
}

// of is a sequence's part of a list; nil of none.
func of(list []float32, seqs ragged.Seqs, b int) []float32 {
	if list == nil {
		return nil
	}
	return list[seqs[b]:seqs[b+1]]
}

// layer notes who entered a layer with what score, and who left it.
func (t *Trace) layer(l int, entering, leaving []int32, scores []float32) {
	for p := range t.Ways {
		w := &t.Ways[p]
		if w.Leaves < l {
			continue
		}
		at := slices.Index(entering, int32(p))
		if at < 0 {
			w.Leaves, w.Before = l, true
			continue
		}
		score := math.NaN()
		if scores != nil {
			score = float64(scores[at])
		}
		w.Scores = append(w.Scores, score)
		if !slices.Contains(leaving, int32(p)) {
			w.Leaves = l
		}
	}
}

// relate divides scores by the mean of their layer, unless some are below 0.
func (t *Trace) relate() {
	for _, w := range t.Ways {
		t.Relative = t.Relative && !slices.ContainsFunc(w.Scores, func(s float64) bool { return s < 0 })
	}
	for l := 0; t.Relative && l < t.Layers; l++ {
		sum, n := 0.0, 0.0
		for _, w := range t.Ways {
			if l < len(w.Scores) && !math.IsNaN(w.Scores[l]) {
				sum, n = sum+w.Scores[l], n+1
			}
		}
		for _, w := range t.Ways {
			if l < len(w.Scores) && sum > 0 {
				w.Scores[l] *= n / sum
			}
		}
	}
}

// Score is the token's score in the layer that it does not leave; NaN if there is none.
func (w *Way) Score() float64 {
	if w.Before || w.Leaves >= len(w.Scores) {
		return math.NaN()
	}
	return w.Scores[w.Leaves]
}
