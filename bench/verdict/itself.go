package verdict

import (
	"slices"

	"ltpbench/results"
)

// each lists the methods that are compared, with what against makes of each: its rivals. Of rivals only those that are
// named, if any are.
func each(sides []side, named []string, against func(*method) []side) (list []side) {
	var seen []*method
	for _, s := range sides {
		for i, m := range append([]*method{s.method}, s.rivals...) {
			if slices.Contains(seen, m) || i > 0 && named != nil && !slices.Contains(named, m.name) {
				continue
			}
			seen = append(seen, m)
			list = append(list, against(m)...)
		}
	}
	return list
}

// itself is each training seed of a method against its others: what differs there is noise.
func itself(m *method) (list []side) {
	for _, seed := range m.seeds() {
		one, others := m.split(seed)
		if len(others.nodes) > 0 {
			others.name = "itself, seed " + seed + " against the others"
			list = append(list, side{one, []*method{others}})
		}
	}
	return list
}

// seeds lists the method's training seeds.
func (m *method) seeds() (list []string) {
	for _, n := range m.nodes {
		for i := range n.seeds {
			if seed := n.seeds[i].Key(results.KeySeed); seed != "" && !slices.Contains(list, seed) {
				list = append(list, seed)
			}
		}
	}
	return list
}

// split divides the method into that of one seed and that of the others, at the nodes that both have.
func (m *method) split(seed string) (one, others *method) {
	one, others = &method{name: m.name, tuned: m.tuned}, &method{name: m.name, tuned: m.tuned}
	for _, n := range m.nodes {
		a, b := node{name: n.name}, node{name: n.name}
		for i := range n.seeds {
			to := &b
			if n.seeds[i].Key(results.KeySeed) == seed {
				to = &a
			}
			to.seeds, to.scores = append(to.seeds, n.seeds[i]), append(to.scores, n.scores[i])
		}
		if len(a.seeds) > 0 && len(b.seeds) > 0 {
			one.nodes, others.nodes = append(one.nodes, a), append(others.nodes, b)
		}
	}
	return one, others
}
