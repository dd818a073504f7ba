package train

import (
	"errors"

	"ltpbench/internal/registry"
	"ltpbench/pruners"
)

func init() {
	objectives.Register(registry.Entry[Objective]{
		Name:     "lengths",
		Doc:      "the number of tokens that a rule which learns leaves alive, row 0 counted whole, summed over layers, mean over sequences, as a cost for the rule's bars alone: neither networks nor weights have a gradient of it (AdapLeR, Modarressi et al., arXiv 2203.08991, section 3.3; published weight 0.002)",
		New:      func(registry.Args) (Objective, error) { return lengths{}, nil },
		Examples: []string{"lengths:weight=0.002"},
	})
}

// lengths sends its gradient through a rule's decisions, from the last to the first, with what
// their networks say as it is.
type lengths struct{}

func (lengths) penalty() {}

// Needs implements Objective.
func (lengths) Needs(f Fit) (Needs, error) {
	if _, ok := pruners.LearnerAs[pruners.KeyLearner](f.Learner); !ok || len(f.Learner.Params()) == 0 {
		return Needs{}, errors.New("no rule is learning that has bars of its own, before attention, of which lengths could be a cost; adapler is one")
	}
	return Needs{}, nil
}

// Add implements Objective.
func (lengths) Add(s *Step, weight float32) (float64, error) {
	f := s.p.soft
	seqs, each := s.Batch.Seqs, 1/float64(s.Sequences())
	now, before := make([]float32, seqs.Rows()), make([]float32, seqs.Rows()) // gradients of policies
	total := 0.0
	for l := s.Config().Layers - 1; l >= 0; l-- {
		decided := f.decided(l)
		if decided < 0 {
			total += each * float64(seqs.Rows())
			continue
		}
		m := s.Mask(decided)
		for b, weights := 0, s.weights(m); b < seqs.Count(); b++ {
			total += each
			for r := seqs[b] + 1; r < seqs[b+1]; r++ {
				total += each * float64(weights[r])
				g := weight * float32(each)
				if s.logarithms() {
					g *= weights[r]
				}
				now[r] += g
			}
		}
		if decided == l {
			v := s.p.decision(s.p.run.Activations(l))
			clear(before)
			clear(f.dhidden)
			f.learner.MaskGrad(v, m.D, now, pruners.MaskGrads{Scores: make([]float32, len(v.Scores)), Hidden: f.dhidden, Policy: before})
			now, before = before, now
		}
	}
	return total, nil
}
