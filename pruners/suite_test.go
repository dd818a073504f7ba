package pruners

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
)

// width is that of the hidden rows in the suite's views.
const width = 8

// view makes a View of sequences with the given lengths, random scores, some of them
// equal, and random hidden rows.
func view(r *rand.Rand, layer, layers int, lengths ...int) View {
	v := View{Layer: layer, Layers: layers, Heads: 4, Seqs: ragged.Of(lengths...), Width: width}
	var hidden, keys []float32
	for b, n := range lengths {
		v.Full = append(v.Full, int32(n))
		v.Second = append(v.Second, int32(n))
		if b%2 == 1 && n > 3 {
			v.Second[b] = int32(2 + r.IntN(n-3))
		}
		v.Examples = append(v.Examples, r.Uint64())
		for i := range n {
			v.Positions = append(v.Positions, int32(i))
			v.Scores = append(v.Scores, float32(r.IntN(12))*0.4)
			for range width {
				hidden, keys = append(hidden, float32(r.NormFloat64())), append(keys, float32(r.NormFloat64()))
			}
		}
	}
	v.Hidden, v.Keys = func() []float32 { return hidden }, func() []float32 { return keys }
	return v
}

// pruned returns v as a later layer finds it: row 0 of each sequence and about
// half of the others are left, so that there are gaps in Positions and fewer rows
// than Full says.
func pruned(r *rand.Rand, v View) View {
	keep := make([]bool, v.Seqs.Rows())
	for row := range keep {
		keep[row] = r.IntN(2) == 0
	}
	for b := range v.Seqs.Count() {
		keep[v.Seqs[b]] = true
	}
	rows, next := ragged.Compact(v.Seqs, keep, nil, nil)
	positions, scores, hidden, keys := make([]int32, len(rows)), make([]float32, len(rows)), []float32(nil), []float32(nil)
	for i, row := range rows {
		positions[i], scores[i] = v.Positions[row], v.Scores[row]
		hidden = append(hidden, v.Hidden()[int(row)*width:(int(row)+1)*width]...)
		keys = append(keys, v.Keys()[int(row)*width:(int(row)+1)*width]...)
	}
	v.Seqs, v.Positions, v.Scores = next, positions, scores
	v.Hidden, v.Keys = func() []float32 { return hidden }, func() []float32 { return keys }
	return v
}

// one returns sequence b of v alone.
func one(v View, b int) View {
	i, j := v.Seqs[b], v.Seqs[b+1]
	if v.Scores != nil {
		each := len(v.Scores) / v.Seqs.Rows()
		v.Scores = v.Scores[int(i)*each : int(j)*each]
	}
	v.Seqs, v.Full, v.Second, v.Examples = ragged.Of(int(j-i)), v.Full[b:b+1], v.Second[b:b+1], v.Examples[b:b+1]
	v.Positions = v.Positions[i:j]
	hidden := v.Hidden()[int(i)*width : int(j)*width]
	v.Hidden = func() []float32 { return hidden }
	if v.Keys != nil {
		keys := v.Keys()[int(i)*width : int(j)*width]
		v.Keys = func() []float32 { return keys }
	}
	return v
}

// asked returns v with the scores that p reads in its layer, attention's or those of
// its own network, and whether p is asked there at all.
func asked(p Pruner, v View) (View, bool) {
	net := NetOf(p, v.Layer, v.Layers, v.Width)
	if p.Score(v.Layer, v.Layers).Kind == hw.NoScore && net == nil {
		v.Scores = nil
	}
	if Before(p, v.Layer, v.Layers) || !ReadsKeys(p, v.Layers) {
		v.Keys = nil
	}
	if net != nil {
		v.Scores = several(v.Scores, net.Outs())
	}
	return v, Decides(p, v.Layer, v.Layers)
}

// several returns scores of so many numbers for each row.
func several(scores []float32, outs int) []float32 {
	if outs == 1 {
		return scores
	}
	list := make([]float32, 0, len(scores)*outs)
	for _, s := range scores {
		for i := range outs {
			list = append(list, s*float32(1+i%2)-float32(i))
		}
	}
	return list
}

// decide is the answer that an encoder gets, by Decide, which is what keeps row 0.
func decide(t *testing.T, p Pruner, v View) []bool {
	t.Helper()
	keep := make([]bool, v.Seqs.Rows())
	v, ok := asked(p, v)
	if !ok {
		p = None{}
	}
	if err := Decide(p, v, keep); err != nil {
		t.Fatal(err)
	}
	return keep
}

// every runs a test for each example of each rule in the registry.
func every(t *testing.T, test func(t *testing.T, rule Rule, p Pruner)) {
	for _, rule := range Rules() {
		for _, spec := range rule.Examples {
			t.Run(spec, func(t *testing.T) {
				p, err := Parse(spec)
				if err != nil {
					t.Fatal(err)
				}
				if p, err = Begin(p, LearnOptions{Layers: 6, Heads: 4, Width: width, Seed: 1}); err != nil {
					t.Fatal(err)
				}
				test(t, rule, calibrated(t, p))
			})
		}
	}
}

// TestAll checks every rule of the registry, with every example it gives, for what
// all rules have in common, in whole sequences and in ones pruned before.
func TestAll(t *testing.T) {
	for _, rule := range Rules() {
		if rule.Doc == "" || len(rule.Examples) == 0 {
			t.Errorf("rule %s lacks a doc or examples", rule.Name)
		}
	}
	every(t, func(t *testing.T, rule Rule, p Pruner) {
		again, err := Parse(p.Spec().String())
		if err == nil {
			again, err = WithState(again, StateOf(p))
		}
		if err != nil || !reflect.DeepEqual(p, again) {
			t.Errorf("%s parses back to %v, %v", p.Spec(), again, err)
		}
		if got := RuleOf(p).Name; got != rule.Name {
			t.Errorf("%s is found in the registry as %q", p.Spec(), got)
		}
		if err := Fits(p, 6); err != nil {
			t.Error(err)
		}
		r := rand.New(rand.NewPCG(1, 2))
		for layer := range 6 {
			v := view(r, layer, 6, 1, 2, 3, 17, 40, 1)
			for _, v := range []View{v, pruned(r, v)} {
				even := v
				even.Scores = slices.Repeat([]float32{1.5}, len(v.Scores))
				last := v // row 0 is the worst of each sequence
				last.Scores = slices.Clone(v.Scores)
				for b := range v.Seqs.Count() {
					last.Scores[v.Seqs[b]] = 0
				}
				for _, v := range []View{v, even, last} {
					if _, ok := As[Merger](p); ok {
						merging(t, p, v)
					} else {
						common(t, p, v)
					}
				}
			}
		}
		if _, ok := As[Merger](p); ok {
			return
		}
		v := view(r, 1, 6, 5)
		v.Scores[3] = float32(math.NaN())
		if err := Decide(p, v, make([]bool, 5)); err == nil || !strings.Contains(err.Error(), "position 3") {
			t.Errorf("NaN at position 3 gives the error %v", err)
		}
	})
}

// common checks a rule's answer for what all have in common: row 0 lives, a sequence
// is answered alone as in the batch, and of rows whose scores are equal the
// earlier ones live, unless the rule reads more than scores.
func common(t *testing.T, p Pruner, v View) {
	t.Helper()
	whole := decide(t, p, v)
	reads := reading(p, v)
	for b := range v.Seqs.Count() {
		i, j := v.Seqs[b], v.Seqs[b+1]
		part := whole[i:j]
		if !part[0] {
			t.Errorf("layer %d, sequence %d loses row 0", v.Layer, b)
		}
		if alone := decide(t, p, one(v, b)); !slices.Equal(alone, part) {
			t.Errorf("layer %d, sequence %d alone keeps %v, in a batch %v", v.Layer, b, alone, part)
		}
		if u, ok := asked(p, v); !ok || u.Scores == nil || len(u.Scores) != len(v.Positions) || reads {
			continue
		}
		dropped := map[float32]int32{} // by score: the first row that goes
		for row := i + 1; row < j; row++ {
			first, some := dropped[v.Scores[row]]
			switch {
			case whole[row] && some:
				t.Errorf("layer %d, sequence %d: position %d lives, %d with the same score %v does not",
					v.Layer, b, v.Positions[row], v.Positions[first], v.Scores[row])
			case !whole[row] && !some:
				dropped[v.Scores[row]] = row
			}
		}
	}
}

// reading reports whether a rule asks for the hidden rows of v.
func reading(p Pruner, v View) (asks bool) {
	u, ok := asked(p, v)
	u.Hidden = func() []float32 { asks = true; return v.Hidden() }
	if ok {
		p.Keep(u, make([]bool, v.Seqs.Rows()))
	}
	return asks
}

// keysRead reports whether a rule asks for the keys of v.
func keysRead(p Pruner, v View) (asks bool) {
	u, ok := asked(p, v)
	if u.Keys == nil || !ok {
		return false
	}
	u.Keys = func() []float32 { asks = true; return v.Keys() }
	if m, ok := As[Merger](p); ok {
		m.Merge(u, &Merged{})
	} else {
		p.Keep(u, make([]bool, v.Seqs.Rows()))
	}
	return asks
}

// ruthless keeps nothing.
type ruthless struct{ None }

func (ruthless) Keep(v View, keep []bool) {}

// TestDecideKeepsRow0: a rule need not look after row 0; Decide does.
func TestDecideKeepsRow0(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	v := pruned(r, view(r, 1, 6, 1, 2, 9))
	keep := slices.Repeat([]bool{true}, v.Seqs.Rows()) // Decide clears what it finds
	if err := Decide(ruthless{}, v, keep); err != nil {
		t.Fatal(err)
	}
	for row, k := range keep {
		if first := slices.Contains(v.Seqs[:v.Seqs.Count()], int32(row)); k != first {
			t.Errorf("row %d lives: %v, is a sequence's first: %v", row, k, first)
		}
	}
}

// TestAllocations: no rule of the registry allocates when it decides.
func TestAllocations(t *testing.T) {
	every(t, func(t *testing.T, rule Rule, p Pruner) {
		r := rand.New(rand.NewPCG(5, 6))
		for layer := range 6 {
			whole := view(r, layer, 6, 20, 30)
			for _, v := range []View{whole, pruned(r, whole)} {
				v, ok := asked(p, v)
				if !ok {
					continue
				}
				keep := make([]bool, v.Seqs.Rows())
				do := func() { Decide(p, v, keep) }
				if m, ok := As[Merger](p); ok {
					var merged Merged
					do = func() { m.Merge(v, &merged) }
				}
				if n := testing.AllocsPerRun(20, do); n != 0 {
					t.Errorf("layer %d: %v allocations", layer, n)
				}
			}
		}
	})
}
