package verdict

import (
	"fmt"
	"slices"
	"strings"

	"ltpbench/bench/stats"
	"ltpbench/results"
)

// Pooled is a method against a rival at one cost, over several runs.
type Pooled struct {
	Method, Rival string
	Tuned         bool
	Axis          Axis
	Cost          float64
	Parts         []Part
	// Mean is over the runs, as random effects; see stats.Pool. Differences are of each run's own metric.
	Mean stats.Pooled
	// P is the p-value of the mean, Corrected with Holm's correction for all that are pooled together, and Interval has
	// a level of 95 % for all of them together.
	P, Corrected float64
	Interval     stats.Interval
	Best         bool // the best rival at this cost: the one with the least mean difference
}

// Part is what one run contributes: a difference whose intervals are uncorrected.
type Part struct {
	Run        string
	Metric     string
	Difference stats.Estimate
}

// Significant reports whether the mean difference is significant.
func (p *Pooled) Significant() bool { return p.Corrected <= stats.Significance }

// PoolRuns compares methods at the costs in every run, and pools what the runs say: differences of the same methods at
// the same cost. Left lists what could not be pooled. Names are the runs', in their order.
func PoolRuns(runs []*results.Run, names []string, axes []Axis, costs []float64) (list []Pooled, left []string, err error) {
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
		for _, s := range sides {
			for _, axis := range axes {
				for _, cost := range costs {
					left = append(left, addParts(&list, names[i], v.Metric, s, axis, cost)...)
				}
			}
		}
	}
	list = slices.DeleteFunc(list, func(p Pooled) bool {
		if len(p.Parts) < 2 {
			left = append(left, fmt.Sprintf("%s against %s at %s of %s: only %s", p.Method, p.Rival, p.Axis.at(p.Cost), p.Axis.Name, p.Parts[0].Run))
			return true
		}
		return false
	})
	list = correct(list, &left)
	return list, left, nil
}

// addParts compares a method with its rivals in one run at one cost.
func addParts(list *[]Pooled, name, metric string, s side, axis Axis, cost float64) (left []string) {
	own := s.method.curve(axis)
	for _, rival := range s.rivals {
		e, ok := stats.CompareAt(own, rival.curve(axis), cost)
		if !ok {
			left = append(left, fmt.Sprintf("%s: %s and %s do not both reach %s of %s", name, s.method.name, rival.name, axis.at(cost), axis.Name))
			continue
		}
		at := slices.IndexFunc(*list, func(p Pooled) bool {
			return p.Method == s.method.name && p.Rival == rival.name && p.Tuned == s.method.tuned && p.Axis == axis && p.Cost == cost
		})
		if at < 0 {
			at = len(*list)
			*list = append(*list, Pooled{Method: s.method.name, Rival: rival.name, Tuned: s.method.tuned, Axis: axis, Cost: cost})
		}
		(*list)[at].Parts = append((*list)[at].Parts, Part{name, metric, e})
	}
	return left
}

// correct pools the parts of each comparison and corrects for all of them.
func correct(list []Pooled, left *[]string) []Pooled {
	list = slices.DeleteFunc(list, func(p Pooled) bool {
		ok := p.pool()
		if !ok {
			*left = append(*left, fmt.Sprintf("%s against %s at %s of %s: in a run they answer alike throughout, and nothing tells how much that weighs", p.Method, p.Rival, p.Axis.at(p.Cost), p.Axis.Name))
		}
		return !ok
	})
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

// pool sets the mean; it is false where stats.Pool is.
func (p *Pooled) pool() (ok bool) {
	var estimates []stats.Estimate
	for _, part := range p.Parts {
		estimates = append(estimates, part.Difference)
	}
	p.Mean, ok = stats.Pool(estimates)
	return ok
}

// PoolSentences says what pooled comparisons with the best rivals come to, in a sentence for each method and axis.
func PoolSentences(list []Pooled) []string {
	var sentences []string
	var keys []string
	of := map[string][]string{}
	for _, p := range list {
		if !p.Best {
			continue
		}
		what := "not significantly different from"
		if p.Significant() {
			what = map[bool]string{true: "better than", false: "worse than"}[p.Mean.Value > 0]
		}
		name := p.Method
		if !p.Tuned {
			name += ", not fine-tuned,"
		}
		key := fmt.Sprintf("At equal %s %s is ", p.Axis.Name, name)
		if of[key] == nil {
			keys = append(keys, key)
		}
		of[key] = append(of[key], fmt.Sprintf("%s %s at %s (%+.1f points [%+.1f, %+.1f], %d runs)", what, p.Rival, p.Axis.at(p.Cost),
			100*p.Mean.Value, 100*p.Interval.Low, 100*p.Interval.High, p.Mean.Studies))
	}
	for _, key := range keys {
		sentences = append(sentences, key+strings.Join(of[key], "; ")+".")
	}
	if len(list) > 0 {
		all := fmt.Sprintf("all %d means together", len(list))
		if len(list) == 1 {
			all = "the one mean"
		}
		sentences = append(sentences, fmt.Sprintf("Points are hundredths of each run's own metric; means are random effects over runs, and their 95 %% intervals and significance hold for %s (Holm). Intervals of single runs are uncorrected.", all))
	}
	return sentences
}
