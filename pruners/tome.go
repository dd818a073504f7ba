package pruners

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"sync"

	"ltpbench/hw"
)

func init() {
	Register(Rule{
		Name: "tome",
		Doc:  "merges the most similar tokens of each layer, from the first on, by bipartite matching of attention's keys; a merged token counts as many times as it has sources (ToMe, Bolya et al., arXiv 2210.09461, sections 3.1 and 3.2)",
		Params: []ParamDoc{
			{"share", "share of the remaining tokens that each layer removes by merging, at most 0.5; rounded down"},
			{"r", "number of tokens that each layer removes, as published, instead of share"},
		},
		New:      newToMe,
		Knobs:    []Knob{{"share", "0.1"}, {"r", "4"}},
		Cost:     Matches,
		Examples: []string{"tome:share=0.1", "tome:share=0.3", "tome:r=4"},
	})
}

// ToMe splits a sequence's n rows but row 0 into even and odd ones. Each even row is paired
// with the odd one whose key, the mean over heads, is most similar by the cosine; the
// pairs that are most similar merge into the mean of their rows, weighed by the tokens
// that each stands for. Of equal pairs the earlier merges. R are removed, or floor(Share·n),
// at most floor((n-1)/2).
type ToMe struct {
	Share float64
	R     int // 0: Share decides
}

func newToMe(a Args) (Pruner, error) {
	if a.Has("share") == a.Has("r") {
		return nil, errors.New("give either share= or r=")
	}
	if a.Has("r") {
		r, err := a.Int("r", 0, 0, 1<<20)
		return ToMe{R: r, Share: -1}, err
	}
	share, err := a.Float("share", 0, 0, 0.5)
	return ToMe{Share: share}, err
}

// Spec implements Pruner.
func (p ToMe) Spec() Spec {
	if p.Share < 0 {
		return Spec{"tome", []Arg{{"r", strconv.Itoa(p.R)}}}
	}
	return Spec{"tome", []Arg{{"share", number(p.Share, 64)}}}
}

// Score implements Pruner: it reads keys instead.
func (ToMe) Score(layer, layers int) hw.Score { return hw.Score{} }

// Decides implements Decider.
func (ToMe) Decides(layer, layers int) bool { return true }

// ReadsKeys implements KeyReader.
func (ToMe) ReadsKeys(layer, layers int) bool { return true }

// Tune implements Tunable: share= is x/2, r= is 64x.
func (p ToMe) Tune(x float64) Pruner {
	if p.Share < 0 {
		return ToMe{R: int(math.Round(64 * x)), Share: -1}
	}
	return ToMe{Share: fourDigits(x / 2)}
}

// removed is how many of n rows go.
func (p ToMe) removed(n int) int {
	r := p.R
	if p.Share >= 0 {
		r = int(math.Floor(p.Share*float64(n) + 1e-9))
	}
	return min(r, (n-1)/2)
}

// Keep implements Pruner; a Merger is not asked.
func (ToMe) Keep(View, []bool) { panic("pruners: tome merges") }

// matching is memory for the matching of one sequence.
type matching struct {
	keys  []float64 // unit vectors: a row's key, the mean over heads
	pairs []pair    // of the even rows
	into  []int32   // per row: the odd row that it merges into; -1: it stays
}

type pair struct {
	even, odd int32
	cosine    float64
}

var matchings = sync.Pool{New: func() any { return new(matching) }}

// Merge implements Merger.
func (p ToMe) Merge(v View, m *Merged) {
	sizes := m.Sizes[:0]
	m.begin()
	if sizes == nil {
		sizes = []float32{}
	}
	room, keys := matchings.Get().(*matching), v.Keys()
	defer matchings.Put(room)
	size := func(row int32) float32 {
		if v.Sizes == nil {
			return 1
		}
		return v.Sizes[row]
	}
	for b := range v.Seqs.Count() {
		i, j := v.Seqs[b], v.Seqs[b+1]
		room.match(keys[int(i)*v.Width:int(j)*v.Width], v.Width, v.Heads, p.removed(int(j-i)))
		for r := range j - i {
			if room.into[r] >= 0 {
				continue
			}
			total := size(i + r)
			for e := int32(2); r%2 == 1 && e < j-i; e += 2 {
				if room.into[e] == r {
					total += size(i + e)
				}
			}
			m.source(i+r, size(i+r)/total)
			for e := int32(2); r%2 == 1 && e < j-i; e += 2 {
				if room.into[e] == r {
					m.source(i+e, size(i+e)/total)
				}
			}
			m.row()
			sizes = append(sizes, total)
		}
		m.sequence()
	}
	m.Sizes = sizes
}

// match sets which rows merge into which: removed of them.
func (m *matching) match(keys []float32, width, heads, removed int) {
	n, each := len(keys)/width, width/heads
	m.keys, m.pairs, m.into = m.keys[:0], m.pairs[:0], m.into[:0]
	for r := range n {
		m.into = append(m.into, -1)
		length := 0.0
		for c := range each {
			sum := 0.0
			for h := range heads {
				sum += float64(keys[r*width+h*each+c])
			}
			m.keys = append(m.keys, sum)
			length += sum * sum
		}
		for c := range each {
			m.keys[r*each+c] /= max(math.Sqrt(length), 1e-300)
		}
	}
	if removed == 0 {
		return
	}
	for even := 2; even < n; even += 2 {
		best := pair{int32(even), -1, math.Inf(-1)}
		for odd := 1; odd < n; odd += 2 {
			cosine := 0.0
			for c, x := range m.keys[even*each : (even+1)*each] {
				cosine += x * m.keys[odd*each+c]
			}
			if cosine > best.cosine {
				best.odd, best.cosine = int32(odd), cosine
			}
		}
		m.pairs = append(m.pairs, best)
	}
	slices.SortFunc(m.pairs, func(a, b pair) int { // no two have the same even row
		switch {
		case a.cosine > b.cosine || a.cosine == b.cosine && a.even < b.even:
			return -1
		}
		return 1
	})
	for _, x := range m.pairs[:removed] {
		m.into[x.even] = x.odd
	}
}
