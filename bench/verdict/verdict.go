// Package verdict compares the methods of a run, at equal FLOPs and at equal measured time: those that its
// plan names, or each headline method with all others. It needs only a record and the predictions beside it.
package verdict

import (
	"slices"

	"ltpbench/bench/stats"
	"ltpbench/results"
)

// Axis is the cost at which two methods are compared.
type Axis struct{ Name, Unit string }

// The axes on which methods are compared.
var (
	FLOPs = Axis{"FLOPs", results.PaperRatio}
	Time  = Axis{"measured time", results.Speedup}
)

// Seed is that of the bootstrap.
const Seed = 1

// Verdict is what follows from a run's points.
type Verdict struct {
	Metric   string // its unit
	Examples int
	Seeds    int // the least number of a method; with one, the verdict holds for these weights only

	// Comparisons are those of every point of a method with every rival that reaches its cost, in the order of
	// methods, axes and costs.
	Comparisons []Comparison
	// Unreached are the costs of a method's points where a rival's curve has ended.
	Unreached []Unreached
	// Left lists what is in the record and could not be compared.
	Left []string

	unpruned []*method // one, or none where the run lacks it
}

// Comparison is a method's point against a rival at the same cost.
type Comparison struct {
	Method, Rival string
	Tuned         bool // both fine-tuned with their rule, or neither
	Axis          Axis
	// Cost is that of the point: FLOPs or time relative to no pruning, the mean over seeds. The rival's metric is
	// interpolated between its two points around it.
	Cost   float64
	Budget string // of the point, as in the record
	// Difference is the metric of Method minus Rival's.
	Difference stats.Estimate
	// P is the p-value of the difference, Corrected is P with Holm's correction for all Comparisons.
	P, Corrected float64
	// Interval has a level of 95 % or more: that at which it excludes 0 where Corrected is significant.
	Interval stats.Interval
	// Best marks the best rival at this cost. It is chosen on the same data, without bias because all rivals are
	// compared and corrected for.
	Best bool
}

// Significant reports whether the difference is significant.
func (c *Comparison) Significant() bool { return c.Corrected <= stats.Significance }

// Unreached is a cost that a rival's curve does not reach.
type Unreached struct {
	Rival string
	Tuned bool
	Axis  Axis
	Cost  float64
}

// Of compares the methods of a run. It is an error if predictions contradict the record or each other.
func Of(run *results.Run) (*Verdict, error) {
	v, sides, err := begin(run)
	if err != nil {
		return nil, err
	}
	for _, s := range sides {
		for _, axis := range []Axis{FLOPs, Time} {
			v.compare(s.method, s.rivals, axis)
		}
	}
	v.correct()
	return v, nil
}

// begin scores a run's methods and lists which are to be compared.
func begin(run *results.Run) (*Verdict, []side, error) {
	scored, err := Score(run)
	if err != nil {
		return nil, nil, err
	}
	v := scored.v
	return v, v.sides(run.Get(results.KeyCompare), scored.methods), nil
}

// compare holds every point of a method against its rivals.
func (v *Verdict) compare(m *method, rivals []*method, axis Axis) {
	own := m.curve(axis)
	for _, node := range own {
		first := len(v.Comparisons)
		for _, rival := range rivals {
			curve := rival.curve(axis)
			if len(curve) == 0 {
				continue
			}
			e, ok := stats.CompareAt(own, curve, node.Cost)
			if !ok {
				v.Unreached = append(v.Unreached, Unreached{rival.name, m.tuned, axis, node.Cost})
				continue
			}
			v.Comparisons = append(v.Comparisons, Comparison{Method: m.name, Rival: rival.name, Tuned: m.tuned, Axis: axis,
				Cost: node.Cost, Budget: node.Name, Difference: e, P: e.P()})
		}
		if here := v.Comparisons[first:]; len(here) > 0 {
			best := 0
			for i, c := range here {
				if c.Difference.Value < here[best].Difference.Value {
					best = i
				}
			}
			here[best].Best = true
		}
	}
}

func (v *Verdict) correct() {
	p := make([]float64, len(v.Comparisons))
	for i, c := range v.Comparisons {
		p[i] = c.P
	}
	corrected, share := stats.Holm(p)
	for i := range v.Comparisons {
		c := &v.Comparisons[i]
		c.Corrected = corrected[i]
		c.Interval = c.Difference.Interval(1 - stats.Significance/float64(share[i]))
	}
}

// Best returns the comparisons with the best rival alone, of an axis.
func (v *Verdict) Best(axis Axis) []Comparison {
	return slices.DeleteFunc(slices.Clone(v.Comparisons), func(c Comparison) bool { return !c.Best || c.Axis != axis })
}
