package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ltpbench/bench/stats"
	"ltpbench/results"
)

// Pooling is what PoolRuns compares in every run.
type Pooling struct {
	Axes []Axis
	// Costs are relative FLOPs. On the axis of time, methods are compared at the time that the first of them takes there.
	Costs []float64
	// Near is how far from a cost, on either axis, the nearest one that both methods reach may be.
	Near    float64
	Against Against
	// Best, if any, names rivals of which each run takes the best: the one with the least difference at the cost. That
	// is chosen by the data that test it and favours the rivals. Without it every rival is compared singly.
	Best []string
}

// Against is what methods are compared with.
type Against string

// What methods are compared with.
const (
	Rivals   Against = "rivals"   // those that the plan names, at the same cost
	Itself   Against = "itself"   // each training seed of a method with its others, at the same cost
	Unpruned Against = "unpruned" // the unpruned model, whatever it costs
)

// Near is that of a Pooling unless there is a reason for another: budgets are met on other texts than those measured, and some
// methods have one point alone.
const Near = 0.05

// Pooled is a method against a rival at one cost, over several runs.
type Pooled struct {
	Method, Rival string
	Tuned         bool
	Axis          Axis
	Cost          float64 // relative FLOPs, whatever the axis
	Parts         []Part
	// Mean is over the texts, as random effects; see stats.Pool. Differences are of each run's own metric, and those of
	// runs on one text are averaged before.
	Mean stats.Pooled
	// P is the p-value of the mean, Corrected with Holm's correction for all that are pooled together, and Interval has
	// a level of 95 % or more, at which it excludes 0 where Corrected is significant.
	P, Corrected float64
	Interval     stats.Interval
	Best         bool // the best rival at this cost: the one with the least mean difference
}

// Part is what one run contributes: a difference whose intervals are uncorrected.
type Part struct {
	Run        string
	Metric     string
	Text       string // which text the run measured: the hash of it
	Rival      string
	Cost       float64 // on the axis: where the methods were compared
	Difference stats.Estimate
	Weight     float64 // in the mean
}

// Significant reports whether the mean difference is significant.
func (p *Pooled) Significant() bool { return p.Corrected <= stats.Significance }

// PoolRuns compares methods at the costs in every run, and pools what the runs say: differences of the same methods at
// the same cost. Left lists what could not be pooled. Names are the runs', in their order.
func PoolRuns(runs []*results.Run, names []string, what Pooling) (list []Pooled, left []string, err error) {
	for i, run := range runs {
		v, sides, err := begin(run)
		if err != nil {
			return nil, nil, err
		}
		if v.Examples == 0 {
			left = append(left, names[i]+" has no predictions beside its record")
		}
		for _, l := range v.Left {
			left = append(left, names[i]+": "+l)
		}
		switch what.Against {
		case Itself:
			sides = each(sides, what.Best, itself)
		case Unpruned:
			sides = each(sides, what.Best, func(m *method) []side { return []side{{m, v.unpruned}} })
			if v.unpruned == nil && v.Examples > 0 {
				left = append(left, names[i]+" lacks the unpruned model")
			}
		}
		from := Part{Run: names[i], Metric: v.Metric, Text: run.Get("data-hash")}
		if from.Text == "" {
			from.Text = names[i] // then it is taken for one of its own
		}
		for _, s := range sides {
			for _, axis := range what.Axes {
				for _, cost := range what.Costs {
					left = append(left, what.compare(&list, from, s, axis, cost)...)
				}
			}
		}
	}
	list = slices.DeleteFunc(list, func(p Pooled) bool {
		if texts := p.texts(); len(texts) < 2 {
			left = append(left, fmt.Sprintf("%s against %s at %s of %s: only %s", p.Method, p.Rival, results.Decimal(p.Cost), p.Axis.Name, p.Parts[0].Run))
			return true
		}
		return false
	})
	return correct(list), left, nil
}

// compare adds what a run says of a method and its rivals at one cost.
func (what *Pooling) compare(list *[]Pooled, from Part, s side, axis Axis, cost float64) (left []string) {
	var parts []Part
	best := what.Best != nil && what.Against != Itself && what.Against != Unpruned
	for _, rival := range s.rivals {
		if best && !slices.Contains(what.Best, rival.name) {
			continue
		}
		part, ok := what.part(from, s.method, rival, axis, cost)
		if !ok {
			left = append(left, fmt.Sprintf("%s: %s and %s do not both reach %s of %s", from.Run, s.method.name, rival.name, results.Decimal(cost), axis.Name))
			continue
		}
		parts = append(parts, part)
	}
	if best && len(parts) > 0 {
		least := slices.MinFunc(parts, func(a, b Part) int { return cmp.Compare(a.Difference.Value, b.Difference.Value) })
		s.add(list, least, BestOf(what.Best), axis, cost)
		return left
	}
	for _, part := range parts {
		s.add(list, part, part.Rival, axis, cost)
	}
	return left
}

// BestOf is the rival's name where it is the best of several.
func BestOf(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return "the best of " + strings.Join(names, ", ")
}

// part compares two methods at the nearest cost that both reach; it is false if that is not near.
func (what *Pooling) part(from Part, m, rival *method, axis Axis, cost float64) (Part, bool) {
	at, ok := cost, true
	if axis == Time {
		at, ok = m.timeAt(cost, what.Near)
	}
	own, other := m.curve(axis), rival.curve(axis)
	if what.Against == Unpruned { // it is as good whatever the other costs
		other = slices.Clone(own)
		for i := range other {
			other[i].Scores = rival.nodes[0].scores
		}
	}
	common, reached := stats.Nearest(own, other, at)
	if !ok || !reached || common < at-what.Near || common > at+what.Near {
		return from, false
	}
	from.Rival, from.Cost = rival.name, common
	from.Difference, ok = stats.CompareAt(own, other, common)
	return from, ok
}

// add adds what a run says of a method and a rival.
func (s *side) add(list *[]Pooled, part Part, rival string, axis Axis, cost float64) {
	at := slices.IndexFunc(*list, func(p Pooled) bool {
		return p.Method == s.method.name && p.Rival == rival && p.Tuned == s.method.tuned && p.Axis == axis && p.Cost == cost
	})
	if at < 0 {
		at = len(*list)
		*list = append(*list, Pooled{Method: s.method.name, Rival: rival, Tuned: s.method.tuned, Axis: axis, Cost: cost})
	}
	(*list)[at].Parts = append((*list)[at].Parts, part)
}

// correct pools the parts of each comparison and corrects for all of them.
func correct(list []Pooled) []Pooled {
	values := make([]float64, len(list))
	for i := range list {
		list[i].pool()
		list[i].P = list[i].Mean.P()
		values[i] = list[i].P
	}
	corrected, share := stats.Holm(values)
	for i := range list {
		p := &list[i]
		p.Corrected, p.Interval = corrected[i], p.Mean.Interval(1-stats.Significance/float64(share[i]))
		p.Best = !slices.ContainsFunc(list, func(o Pooled) bool {
			return o.Method == p.Method && o.Tuned == p.Tuned && o.Axis == p.Axis && o.Cost == p.Cost && o.Mean.Value < p.Mean.Value
		})
	}
	return list
}

// texts lists the texts that the parts measured.
func (p *Pooled) texts() (list []string) {
	for _, part := range p.Parts {
		if !slices.Contains(list, part.Text) {
			list = append(list, part.Text)
		}
	}
	return list
}

// pool sets the mean over texts and each part's weight.
func (p *Pooled) pool() {
	texts := p.texts()
	of := make([][]stats.Estimate, len(texts))
	for _, part := range p.Parts {
		at := slices.Index(texts, part.Text)
		of[at] = append(of[at], part.Difference)
	}
	means := make([]stats.Estimate, len(texts))
	for i := range of {
		means[i] = stats.MeanOfDependent(of[i])
	}
	mean, ok := stats.Pool(means)
	if !ok {
		panic("verdict: fewer than two texts, or one without an error, were pooled")
	}
	p.Mean = mean
	for i := range p.Parts {
		at := slices.Index(texts, p.Parts[i].Text)
		p.Parts[i].Weight = p.Mean.Weights[at] / float64(len(of[at]))
	}
}
