package model_test

import (
	"math"
	"slices"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/model"
	"ltpbench/pruners"
)

// Rules that exist in tests alone, to show that scores, merging and pooling need
// no change to an interface or to the encoder's loop.

// total ranks by attention accumulated over the layers (as SpAtten does).
type total struct{ pruners.TopK }

func (total) Score(layer, layers int) hw.Score {
	return hw.Score{Kind: hw.Received, Accumulated: true}
}

func (p total) Keep(v pruners.View, keep []bool) { p.TopK.Keep(v, keep) }

// fromFirst ranks by the attention that row 0 pays (as EViT does).
type fromFirst struct{ pruners.TopK }

func (fromFirst) Score(layer, layers int) hw.Score { return hw.Score{Kind: hw.FromFirst} }

// pairs merges the last two rows of each sequence into one, their mean by size.
type pairs struct{ pruners.None }

func (pairs) Score(layer, layers int) hw.Score { return hw.Score{Kind: hw.Received} }

func (pairs) Merge(v pruners.View, m *pruners.Merged) {
	m.Next, m.Offsets, m.Rows, m.Weights, m.Sizes = append(m.Next[:0], 0), append(m.Offsets[:0], 0), m.Rows[:0], m.Weights[:0], m.Sizes[:0]
	for b := range v.Seqs.Count() {
		for r := v.Seqs[b]; r < v.Seqs[b+1]; r++ {
			if r == v.Seqs[b+1]-2 && r > v.Seqs[b] {
				m.Rows, m.Weights = append(m.Rows, r, r+1), append(m.Weights, 0.5, 0.5)
				m.Sizes = append(m.Sizes, 2)
				r++
			} else {
				m.Rows, m.Weights, m.Sizes = append(m.Rows, r), append(m.Weights, 1), append(m.Sizes, 1)
			}
			m.Offsets = append(m.Offsets, int32(len(m.Rows)))
		}
		m.Next = append(m.Next, int32(len(m.Offsets)-1))
	}
}

// pool makes two rows of each sequence: row 0, and the mean of the others.
type pool struct{ pruners.None }

func (pool) Score(layer, layers int) hw.Score { return hw.Score{Kind: hw.Received} }

func (pool) Merge(v pruners.View, m *pruners.Merged) {
	m.Next, m.Offsets, m.Rows, m.Weights, m.Sizes = append(m.Next[:0], 0), append(m.Offsets[:0], 0), m.Rows[:0], m.Weights[:0], nil
	for b := range v.Seqs.Count() {
		first, n := v.Seqs[b], v.Seqs.Len(b)
		m.Rows, m.Weights = append(m.Rows, first), append(m.Weights, 1)
		m.Offsets = append(m.Offsets, int32(len(m.Rows)))
		for r := first + 1; r < v.Seqs[b+1]; r++ {
			m.Rows, m.Weights = append(m.Rows, r), append(m.Weights, 1/float32(n-1))
		}
		if n > 1 {
			m.Offsets = append(m.Offsets, int32(len(m.Rows)))
		}
		m.Next = append(m.Next, int32(len(m.Offsets)-1))
	}
}

// TestRulesInTestsAlone: each of them runs, drops what it says, and gives a
// sequence the same bits alone and in a batch, with the last layer whole or not.
func TestRulesInTestsAlone(t *testing.T) {
	everywhere(t, func(t *testing.T, n oracle.Net, e *model.Encoder) {
		for name, p := range map[string]pruners.Pruner{
			"accumulated": total{pruners.TopK{Rate: 0.3, Start: 1}}, "row 0's attention": fromFirst{pruners.TopK{Rate: 0.3, Start: 1}},
			"pairs": pairs{}, "pool": pool{},
		} {
			r, whole := run(t, e, p, n.Cases.Pack(), model.Options{FullLastLayer: true})
			_, alive, kept := r.Counts()
			for b := range whole {
				_, alone := run(t, e, p, n.Cases.Pack(b), model.Options{})
				if !slices.Equal(alone[0], whole[b]) {
					t.Errorf("%s: sequence %d gives %v alone, %v in a batch", name, b, alone[0], whole[b])
				}
				if last := len(kept[b]) - 1; alive[b][0] > 8 && kept[b][last] >= alive[b][0] {
					t.Errorf("%s: sequence %d still has %d of %d rows", name, b, kept[b][last], alive[b][0])
				}
			}
			seqs, positions := r.Kept(0)
			for b := range whole {
				if positions[seqs[b]] != 0 {
					t.Errorf("%s: sequence %d begins with position %d", name, b, positions[seqs[b]])
				}
			}
		}
	})
}

// sums prunes nothing and reads one kind of score in every layer.
type sums struct {
	model.Free
	score hw.Score
}

func (s sums) Score(layer int) hw.Score { return s.score }

// TestScoreKinds: accumulated scores are the sums of the layers' own, row 0 pays
// one unit of attention per head, and others' attention lacks the diagonal alone.
func TestScoreKinds(t *testing.T) {
	everywhere(t, func(t *testing.T, n oracle.Net, e *model.Encoder) {
		batch := n.Cases.Pack()
		read := func(s hw.Score) [][]float32 {
			r := model.NewRun(e, sums{score: s}, room(batch), model.Options{FullLastLayer: true})
			pass(t, e, r, batch)
			var all [][]float32
			for l := range e.Config.Layers {
				_, scores := r.Received(l)
				all = append(all, scores)
			}
			return all
		}
		received := read(hw.Score{Kind: hw.Received})
		added, first := read(hw.Score{Kind: hw.Received, Accumulated: true}), read(hw.Score{Kind: hw.FromFirst})
		others := read(hw.Score{Kind: hw.ReceivedFromOthers})
		sum := make([]float64, batch.Seqs.Rows())
		for l := range received {
			for i, x := range received[l] {
				if sum[i] += float64(x); !(math.Abs(sum[i]-float64(added[l][i])) <= 1e-4*sum[i]) {
					t.Fatalf("layer %d, row %d: accumulated %v, the layers' sum is %v", l, i, added[l][i], sum[i])
				}
				if !(others[l][i] <= x) {
					t.Errorf("layer %d, row %d: receives %v from others and %v in all", l, i, others[l][i], x)
				}
			}
			for b := range batch.Seqs.Count() {
				paid := float32(0)
				for _, x := range first[l][batch.Seqs[b]:batch.Seqs[b+1]] {
					paid += x
				}
				if !(math.Abs(float64(paid)-float64(e.Config.Heads)) <= 1e-4) {
					t.Errorf("layer %d, sequence %d: row 0 pays %v, there are %d heads", l, b, paid, e.Config.Heads)
				}
			}
		}
		if slices.Equal(received[0], others[0]) {
			t.Error("the diagonal is counted among others")
		}
	})
}
