package train

import (
	"errors"
	"fmt"

	"ltpbench/internal/registry"
	"ltpbench/pruners"
)

func init() {
	objectives.Register(registry.Entry[Objective]{
		Name:     "saliency",
		Doc:      "the divergence of the shares that a rule's networks give a sequence's tokens from those of their saliency in an unpruned teacher, gradient times input at the embedding; layer l of L, from 0, counts L-l times (AdapLeR, Modarressi et al., arXiv 2203.08991, section 3.2; published weight 0.001)",
		New:      func(registry.Args) (Objective, error) { return saliency{}, nil },
		Examples: []string{"saliency:weight=0.001"},
	})
}

// saliency sums over the layers that decide what pruners.SaliencyLearner.Divergence makes of
// the teacher's. Which rows are alive, and how much, counts as given.
type saliency struct{}

// Needs implements Objective.
func (saliency) Needs(f Fit) (Needs, error) {
	n := Needs{Saliency: true}
	switch _, ok := pruners.LearnerAs[pruners.SaliencyLearner](f.Learner); {
	case !ok:
		return n, errors.New("no rule is learning whose networks give a sequence's tokens shares, which saliency could teach them; adapler is one")
	case f.Teacher != nil && (f.Teacher.Labels != f.Student.Labels || f.Teacher.IsRegression() != f.Student.IsRegression()):
		return n, fmt.Errorf("saliency is of the right label's logit, and the teacher has %d labels where the model has %d; name one that is fine-tuned for the task", f.Teacher.Labels, f.Student.Labels)
	}
	return n, nil
}

// Add implements Objective.
func (saliency) Add(s *Step, weight float32) (float64, error) {
	learner, _ := pruners.LearnerAs[pruners.SaliencyLearner](s.p.Learner)
	of, layers, total := s.t.teacher.saliency(s.Batch), s.Config().Layers, 0.0
	for l := range layers {
		if m := s.Mask(l); m != nil {
			by := float64(layers - l)
			total += by * learner.Divergence(s.p.decision(s.p.run.Activations(l)), of, float64(weight)*by, m.DScores)
		}
	}
	return total, nil
}
