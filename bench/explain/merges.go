package explain

import (
	"slices"

	"ltpbench/internal/ragged"
	"ltpbench/pruners"
)

// merges is what a rule that merges rows has done in the batch under way, by layer.
type merges struct{ layers map[int]merge }

type merge struct {
	seqs      ragged.Seqs // the rows before
	positions []int32
	next      ragged.Seqs // the rows after
	offsets   []int32
	rows      []int32
}

// watched is a rule whose merges are noted; others are returned as they are.
func watched(rule pruners.Pruner) (pruners.Pruner, *merges) {
	m, ok := pruners.As[pruners.Merger](rule)
	if !ok {
		return rule, nil
	}
	noted := &merges{map[int]merge{}}
	return watcher{rule, m, noted}, noted
}

// watcher is a wrapper round a rule that merges.
type watcher struct {
	pruners.Pruner
	merger pruners.Merger
	noted  *merges
}

// Unwrap implements pruners.Wrapper.
func (w watcher) Unwrap() pruners.Pruner { return w.Pruner }

// Wrap implements pruners.Wrapper.
func (w watcher) Wrap(inner pruners.Pruner) pruners.Pruner {
	m, _ := pruners.As[pruners.Merger](inner)
	return watcher{inner, m, w.noted}
}

// Merge implements pruners.Merger.
func (w watcher) Merge(v pruners.View, m *pruners.Merged) {
	w.merger.Merge(v, m)
	w.noted.layers[v.Layer] = merge{slices.Clone(v.Seqs), slices.Clone(v.Positions), slices.Clone(m.Next), slices.Clone(m.Offsets), slices.Clone(m.Rows)}
}

// note adds to the tokens' ways what they took in, and where those went that did not remain.
func (m *merges) note(traces []Trace) {
	for layer := range traces[0].Layers {
		x, ok := m.layers[layer]
		if !ok {
			continue
		}
		for b := range traces {
			ways := traces[b].Ways
			for i := x.next[b]; i < x.next[b+1]; i++ {
				sources := x.rows[x.offsets[i]:x.offsets[i+1]]
				owner := int(x.positions[sources[0]])
				for _, s := range sources[1:] {
					p := int(x.positions[s])
					ways[owner].Absorbed = append(ways[owner].Absorbed, p)
					if ways[p].Leaves == layer && ways[p].Into < 0 {
						ways[p].Into = owner
					}
				}
			}
		}
	}
}
