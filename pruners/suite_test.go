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

// view makes a View of sequences with the given lengths and random scores, some
// of them equal.
func view(r *rand.Rand, layer, layers int, lengths ...int) View {
	v := View{Layer: layer, Layers: layers, Heads: 4, Seqs: ragged.Of(lengths...)}
	for _, n := range lengths {
		v.Full = append(v.Full, int32(n))
		v.Examples = append(v.Examples, r.Uint64())
		for i := range n {
			v.Positions = append(v.Positions, int32(i))
			v.Scores = append(v.Scores, float32(r.IntN(12))*0.4)
		}
	}
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
	positions, scores := make([]int32, len(rows)), make([]float32, len(rows))
	for i, row := range rows {
		positions[i], scores[i] = v.Positions[row], v.Scores[row]
	}
	v.Seqs, v.Positions, v.Scores = next, positions, scores
	return v
}

// one returns sequence b of v alone.
func one(v View, b int) View {
	i, j := v.Seqs[b], v.Seqs[b+1]
	v.Seqs, v.Full, v.Examples = ragged.Of(int(j-i)), v.Full[b:b+1], v.Examples[b:b+1]
	v.Positions = v.Positions[i:j]
	if v.Scores != nil {
		v.Scores = v.Scores[i:j]
	}
	return v
}

// asked returns v with the scores that p reads in its layer, and whether p is
// asked there at all.
func asked(p Pruner, v View) (View, bool) {
	if p.Score(v.Layer, v.Layers).Kind == hw.NoScore {
		v.Scores = nil
	}
	return v, Decides(p, v.Layer, v.Layers)
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

// TestAll holds every rule of the registry, with every example it gives, to what
// all rules have in common, in whole sequences and in ones pruned before.
func TestAll(t *testing.T) {
	for _, rule := range Rules() {
		if rule.Doc == "" || len(rule.Examples) == 0 {
			t.Errorf("rule %s lacks a doc or examples", rule.Name)
		}
		for _, spec := range rule.Examples {
			t.Run(spec, func(t *testing.T) {
				p, err := Parse(spec)
				if err != nil {
					t.Fatal(err)
				}
				again, err := Parse(p.Spec().String())
				if err != nil || !reflect.DeepEqual(p, again) {
					t.Errorf("%s parses back to %v, %v", p.Spec(), again, err)
				}
				r := rand.New(rand.NewPCG(1, 2))
				for layer := range 6 {
					v := view(r, layer, 6, 1, 2, 3, 17, 40, 1)
					for _, v := range []View{v, pruned(r, v)} {
						common(t, p, v)
						even := v
						even.Scores = slices.Repeat([]float32{1.5}, len(v.Scores))
						common(t, p, even)
						last := v // row 0 is the worst of each sequence
						last.Scores = slices.Clone(v.Scores)
						for b := range v.Seqs.Count() {
							last.Scores[v.Seqs[b]] = 0
						}
						common(t, p, last)
					}
				}
				v := view(r, 1, 6, 5)
				v.Scores[3] = float32(math.NaN())
				if err := Decide(p, v, make([]bool, 5)); err == nil || !strings.Contains(err.Error(), "position 3") {
					t.Errorf("NaN at position 3 gives the error %v", err)
				}
			})
		}
	}
}

// common holds a rule's answer to what all have in common: row 0 lives, a sequence
// is answered alone as in the batch, and of rows whose scores are equal the
// earlier ones live.
func common(t *testing.T, p Pruner, v View) {
	t.Helper()
	whole := decide(t, p, v)
	for b := range v.Seqs.Count() {
		i, j := v.Seqs[b], v.Seqs[b+1]
		part := whole[i:j]
		if !part[0] {
			t.Errorf("layer %d, sequence %d loses row 0", v.Layer, b)
		}
		if alone := decide(t, p, one(v, b)); !slices.Equal(alone, part) {
			t.Errorf("layer %d, sequence %d alone keeps %v, in a batch %v", v.Layer, b, alone, part)
		}
		if p.Score(v.Layer, v.Layers).Kind == hw.NoScore {
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
	r := rand.New(rand.NewPCG(5, 6))
	for _, rule := range Rules() {
		for _, spec := range rule.Examples {
			p, err := Parse(spec)
			if err != nil {
				t.Fatal(err)
			}
			for layer := range 6 {
				whole := view(r, layer, 6, 20, 30)
				for _, v := range []View{whole, pruned(r, whole)} {
					v, ok := asked(p, v)
					if !ok {
						continue
					}
					keep := make([]bool, v.Seqs.Rows())
					if n := testing.AllocsPerRun(20, func() { Decide(p, v, keep) }); n != 0 {
						t.Errorf("%s, layer %d: %v allocations", spec, layer, n)
					}
				}
			}
		}
	}
}
