package verdict

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"ltpbench/bench/stats"
	"ltpbench/results"
)

// method is a series of the record that was made one way: fine-tuned for each point, or not at all.
type method struct {
	name  string
	tuned bool
	nodes []node
}

// node is a method at one budget.
type node struct {
	name   string
	seeds  []results.Point // one per seed
	scores []stats.Score   // as many
}

// seedNames are the training seeds, in the order of the node's.
func (n *node) seedNames() []string {
	var names []string
	for i := range n.seeds {
		names = append(names, n.seeds[i].Key(results.KeySeed))
	}
	return names
}

// String names the method in a sentence.
func (m *method) String() string {
	if m.tuned {
		return m.name
	}
	return m.name + ", not fine-tuned"
}

// curves finds the methods of a run and scores them.
func (v *Verdict) curves(run *results.Run, rows []results.Point) ([]*method, error) {
	all, left, err := gather(run)
	if err != nil {
		return nil, err
	}
	score, err := metric(run, v.Metric)
	if err != nil {
		return nil, err
	}
	v.Examples, v.Left = len(all.truth), left
	rows = slices.DeleteFunc(slices.Clone(rows), func(p results.Point) bool { return all.of[fullName(&p)] == nil })
	methods := v.methods(rows)
	for _, m := range append(v.unpruned[:len(v.unpruned):len(v.unpruned)], methods...) {
		m.score(score, all)
		for _, n := range m.nodes {
			for s := range n.seeds {
				recorded, _ := n.seeds[s].Value(v.Metric)
				if math.Abs(recorded-n.scores[s].Value) > 1e-9 {
					return nil, fmt.Errorf("%s: %s has %s %v, but its predictions give %v: record and predictions are not of one run", run.Path, fullName(&n.seeds[s]), v.Metric, recorded, n.scores[s].Value)
				}
			}
		}
	}
	return methods, nil
}

// methods puts the rows of each method together. A node of other seeds than the fullest of the
// method's is left out: its mean would be that of other runs.
func (v *Verdict) methods(rows []results.Point) []*method {
	var list []*method
	seen := map[string]bool{}
	for i := range rows {
		p := &rows[i]
		name, tuned := p.Key(results.KeyMethod), p.Key(results.KeyTuned) != "no"
		n := node{cmp.Or(p.Key(results.KeyBudget), p.Key(results.KeySpec)), results.SeedsOf(p, rows), nil}
		if seen[fullName(&n.seeds[0])] {
			continue
		}
		seen[fullName(&n.seeds[0])] = true
		slices.SortFunc(n.seeds, func(a, b results.Point) int {
			x, y := a.Key(results.KeySeed), b.Key(results.KeySeed)
			return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)) // 2 before 10
		})
		if name == results.MethodNone {
			v.unpruned = []*method{{name: name, tuned: tuned, nodes: []node{n}}}
			continue
		}
		at := slices.IndexFunc(list, func(m *method) bool { return m.name == name && m.tuned == tuned })
		if at < 0 {
			at = len(list)
			list = append(list, &method{name: name, tuned: tuned})
		}
		list[at].nodes = append(list[at].nodes, n)
	}
	for _, m := range list {
		var most []string
		for _, n := range m.nodes {
			if own := n.seedNames(); len(own) > len(most) {
				most = own
			}
		}
		m.nodes = slices.DeleteFunc(m.nodes, func(n node) bool {
			own := n.seedNames()
			if slices.Equal(own, most) {
				return false
			}
			v.Left = append(v.Left, fmt.Sprintf("%s at %s has seeds %s in place of %s", m.name, n.name, strings.Join(own, " "), strings.Join(most, " ")))
			return true
		})
		if v.Seeds == 0 || len(most) < v.Seeds {
			v.Seeds = len(most)
		}
	}
	return list
}

// score scores all points, several at a time.
func (m *method) score(metric stats.Metric, all *predictions) {
	var wait sync.WaitGroup
	draws := stats.Draws{Examples: len(all.truth), Rounds: stats.Rounds, Seed: Seed}
	for i := range m.nodes {
		n := &m.nodes[i]
		n.scores = make([]stats.Score, len(n.seeds))
		for s := range n.seeds {
			wait.Go(func() { n.scores[s] = draws.Score(metric, all.of[fullName(&n.seeds[s])], all.truth) })
		}
	}
	wait.Wait()
}

// curve is the method's metric against an axis, without the nodes that were not measured on it.
func (m *method) curve(axis Axis) stats.Curve {
	var nodes []stats.Node
	for _, n := range m.nodes {
		if cost, err, ok := n.cost(axis); ok {
			nodes = append(nodes, stats.Node{Name: n.name, Cost: cost, Error: err, Scores: n.scores})
		}
	}
	return stats.NewCurve(nodes...)
}

// cost is the mean over seeds, of times over those that were timed, and its standard error: a speed-up's interval is
// Student's over a few rounds, so taking it for a normal one makes the error rather too large.
func (n *node) cost(axis Axis) (cost, err float64, ok bool) {
	const normal = 1.96
	seeds := 0.0
	for i := range n.seeds {
		x, ok := n.seeds[i].Value(axis.Unit)
		if !ok {
			continue
		}
		seeds++
		if axis != Time {
			cost += x
			continue
		}
		cost += 1 / x
		if low, high, ok := n.seeds[i].Interval(axis.Unit); ok {
			err = math.Hypot(err, (high-low)/2/normal/(x*x)) // 1/x moves by 1/x^2 of what x does
		}
	}
	if seeds == 0 {
		return 0, 0, false
	}
	return cost / seeds, err / seeds, true
}

// timeAt is the relative time that the method takes at relative FLOPs, or at the nearest that it has: false if that is not near.
func (m *method) timeAt(flops, near float64) (time float64, ok bool) {
	type pair struct{ flops, time float64 }
	var pairs []pair
	for _, n := range m.nodes {
		f, _, counted := n.cost(FLOPs)
		t, _, timed := n.cost(Time)
		if counted && timed {
			pairs = append(pairs, pair{f, t})
		}
	}
	if len(pairs) == 0 {
		return 0, false
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(a.flops, b.flops) })
	first, last := pairs[0], pairs[len(pairs)-1]
	at := min(max(flops, first.flops), last.flops)
	if math.Abs(at-flops) > near {
		return 0, false
	}
	for i, b := range pairs[1:] {
		if a := pairs[i]; at <= b.flops && a.flops < b.flops {
			return a.time + (b.time-a.time)*(at-a.flops)/(b.flops-a.flops), true
		}
	}
	return last.time, true
}

// fullName is the point's name in the record; it has one, for it was read from there.
func fullName(p *results.Point) string {
	name, _ := p.FullName()
	return name
}
