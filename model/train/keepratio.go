package train

import (
	"errors"

	"ltpbench/internal/registry"
	"ltpbench/pruners"
)

func init() {
	objectives.Register(registry.Entry[Objective]{
		Name:     "keep-ratio",
		Doc:      "the squared difference between the share of a sequence's tokens that a rule keeps while it learns and the share that it aims at, row 0 left out, mean over sequences and deciding layers (DynamicViT, Rao et al., arXiv 2106.02034, equation 12; published weight 2)",
		New:      func(registry.Args) (Objective, error) { return keepRatio{}, nil },
		Examples: []string{"keep-ratio:weight=2"},
	})
}

type keepRatio struct{}

// Needs implements Objective.
func (keepRatio) Needs(f Fit) (Needs, error) {
	if _, ok := pruners.LearnerAs[pruners.ShareLearner](f.Learner); !ok {
		return Needs{}, errors.New("no rule is learning that aims at a share of the tokens")
	}
	return Needs{}, nil
}

// Add implements Objective. A sequence of one token has no share.
func (keepRatio) Add(s *Step, weight float32) (float64, error) {
	aims, _ := pruners.LearnerAs[pruners.ShareLearner](s.p.Learner)
	layers, total := 0, 0.0
	for l := range s.Config().Layers {
		if s.Mask(l) != nil {
			layers++
		}
	}
	seqs := s.Batch.Seqs
	each := 1 / float64(layers*seqs.Count())
	for l := range s.Config().Layers {
		m := s.Mask(l)
		if m == nil {
			continue
		}
		for b := range seqs.Count() {
			first, end, sum := seqs[b]+1, seqs[b+1], 0.0
			if first == end {
				continue
			}
			for r := first; r < end; r++ {
				sum += float64(m.D[r])
			}
			off := sum/float64(end-first) - aims.Share(l)
			total += each * off * off
			for r := first; r < end; r++ {
				m.DD[r] += weight * float32(2*each*off/float64(end-first))
			}
		}
	}
	return total, nil
}
