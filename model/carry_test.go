package model_test

import (
	"math"
	"slices"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// gaps reads scores in some layers alone, summed up or not, and meanwhile drops the last
// row of each sequence, or merges it into the one before.
type gaps struct {
	model.Free
	at    []int
	sums  bool
	merge bool
	done  func(layer int) bool // whether rows go in a layer
}

func (g gaps) Score(layer int) hw.Score {
	if !slices.Contains(g.at, layer) {
		return hw.Score{}
	}
	return hw.Score{Kind: hw.Received, Accumulated: g.sums}
}

func (g gaps) Choose(r *model.Run, a *model.Activations) {
	if !g.done(a.Layer) {
		return
	}
	v := r.View(a)
	if g.merge {
		var m pruners.Merged
		pairs{}.Merge(v, &m)
		r.Merge(a, &m)
		return
	}
	keep := slices.Repeat([]bool{true}, v.Seqs.Rows())
	for b := range v.Seqs.Count() {
		keep[v.Seqs[b+1]-1] = v.Seqs.Len(b) == 1
	}
	rows, next := ragged.Compact(v.Seqs, keep, nil, nil)
	r.SelectHost(a, rows, next)
}

// TestCarry: a sum of scores continues over layers that have none, with the rows that continue.
func TestCarry(t *testing.T) {
	everywhere(t, func(t *testing.T, n oracle.Net, e *model.Encoder) {
		last := e.Config.Layers - 1
		at := []int{0, last}
		for name, g := range map[string]gaps{
			"no row goes":       {at: at, done: func(int) bool { return false }},
			"rows go":           {at: at, done: func(l int) bool { return l%2 == 1 || l == 0 }},
			"rows are merged":   {at: at, merge: true, done: func(l int) bool { return l < 2 }},
			"nothing before it": {at: []int{last}, done: func(l int) bool { return l == 1 }},
		} {
			batch := n.Cases.Pack()
			read := func(sums bool) (first, final []float32, seqs ragged.Seqs, r *model.Run) {
				g.sums = sums
				r = model.NewRun(e, g, room(batch), model.Options{FullLastLayer: true})
				pass(t, e, r, batch)
				_, first = r.Received(0)
				seqs, final = r.Received(last)
				return first, final, seqs, r
			}
			first, own, seqs, _ := read(false)
			_, sum, _, r := read(true)
			_, positions := r.Kept(last - 1)
			for b := range seqs.Count() {
				for row := seqs[b]; row < seqs[b+1]; row++ {
					want := float64(own[row])
					if len(first) > 0 && !(g.merge && row >= seqs[b+1]-2) { // what is merged has a mean of sums
						want += float64(first[int(batch.Seqs[b])+int(positions[row])])
					}
					if !(math.Abs(want-float64(sum[row])) <= 1e-4*want) && !(g.merge && row >= seqs[b+1]-2) {
						t.Fatalf("%s: sequence %d, row %d sums to %v, want %v", name, b, row-seqs[b], sum[row], want)
					}
				}
			}
		}
	})
}
