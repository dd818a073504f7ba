package verdict

import (
	"errors"
	"slices"

	"ltpbench/results"
)

// Pairing is a question to a run: is Method better than Rival at relative FLOPs of Cost?
type Pairing struct {
	Method, Rival string
	Cost          float64
}

// Scored is a run whose methods are scored, to be asked about any two of them, whatever its plan compares.
type Scored struct {
	v       *Verdict
	methods []*method
}

// Score scores the methods of a run. It is an error if predictions contradict the record or each other.
func Score(run *results.Run) (*Scored, error) {
	all, problems := run.Rows()
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	rows := results.Named(all, "Sweep")
	v := &Verdict{Metric: results.Metric(rows)}
	methods, err := v.curves(run, rows)
	if err != nil {
		return nil, err
	}
	return &Scored{v, methods}, nil
}

// Answer compares the two methods of each pairing at the cost nearest to the pairing's that both reach, if that is at most near
// away. Answers are in the order of pairings, nil where there is no such cost or no such method. What was fine-tuned is compared
// where a method has points of either kind. Significance holds for all of them together (Holm), and intervals go with it.
func (s *Scored) Answer(pairings []Pairing, near float64) []*Comparison {
	what := Pooling{Near: near}
	claim, of := &Verdict{}, make([]int, len(pairings))
	for i, p := range pairings {
		of[i] = -1
		for _, tuned := range []bool{true, false} {
			m, rival := s.method(p.Method, tuned), s.method(p.Rival, tuned)
			if m == nil || rival == nil {
				continue
			}
			if part, ok := what.part(Part{}, m, rival, FLOPs, p.Cost); ok {
				of[i] = len(claim.Comparisons)
				claim.Comparisons = append(claim.Comparisons, Comparison{Method: m.name, Rival: rival.name, Tuned: tuned, Axis: FLOPs,
					Cost: part.Cost, Budget: results.Decimal(p.Cost), Difference: part.Difference, P: part.Difference.P()})
			}
			break
		}
	}
	claim.correct()
	answers := make([]*Comparison, len(pairings))
	for i, at := range of {
		if at >= 0 {
			answers[i] = &claim.Comparisons[at]
		}
	}
	return answers
}

// method finds a method that was made one way; nil where there is none.
func (s *Scored) method(name string, tuned bool) *method {
	at := slices.IndexFunc(s.methods, func(m *method) bool { return m.name == name && m.tuned == tuned })
	if at < 0 {
		return nil
	}
	return s.methods[at]
}
