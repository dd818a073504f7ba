package pruners

import (
	"math/rand/v2"
	"slices"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
)

// merging checks what a Merger makes of a view: new rows that have sources among the
// sequence's old ones, of which the first is old row 0; weights that are numbers; and the
// same for a sequence alone as in the batch. Its Keep is never called.
func merging(t *testing.T, p Pruner, v View) {
	t.Helper()
	v, ok := asked(p, v)
	if !ok {
		return
	}
	m, _ := As[Merger](p)
	whole := Merged{Offsets: []int32{7}, Rows: []int32{9}, Weights: []float32{5}} // what a call before has left
	m.Merge(v, &whole)
	n := whole.Next.Rows()
	if whole.Next.Count() != v.Seqs.Count() || len(whole.Offsets) != n+1 || len(whole.Rows) != len(whole.Weights) || int(whole.Offsets[n]) != len(whole.Rows) {
		t.Fatalf("layer %d: %d sequences in and %d out, %d offsets of %d rows, %d sources with %d weights", v.Layer, v.Seqs.Count(), whole.Next.Count(), len(whole.Offsets), n, len(whole.Rows), len(whole.Weights))
	}
	if whole.Sizes != nil && (len(whole.Sizes) != n || slices.Min(whole.Sizes) <= 0) {
		t.Errorf("layer %d: sizes %v of %d rows", v.Layer, whole.Sizes, n)
	}
	used := make([]int, v.Seqs.Rows())
	for b := range v.Seqs.Count() {
		if whole.Next.Len(b) < 1 || whole.Rows[whole.Offsets[whole.Next[b]]] != v.Seqs[b] {
			t.Fatalf("layer %d, sequence %d: %d new rows, and the first does not begin with row 0", v.Layer, b, whole.Next.Len(b))
		}
		for i := whole.Next[b]; i < whole.Next[b+1]; i++ {
			if whole.Offsets[i] >= whole.Offsets[i+1] {
				t.Errorf("layer %d, sequence %d: a new row without a source", v.Layer, b)
			}
			for j := whole.Offsets[i]; j < whole.Offsets[i+1]; j++ {
				row, w := whole.Rows[j], whole.Weights[j]
				if row < v.Seqs[b] || row >= v.Seqs[b+1] || w-w != 0 {
					t.Fatalf("layer %d, sequence %d: source %d with weight %v", v.Layer, b, row, w)
				}
				used[row]++
			}
		}
		var alone Merged
		m.Merge(one(v, b), &alone)
		i, j := whole.Next[b], whole.Next[b+1]
		from, to := whole.Offsets[i], whole.Offsets[j]
		rows := slices.Clone(whole.Rows[from:to])
		for k := range rows {
			rows[k] -= v.Seqs[b]
		}
		if !slices.Equal(alone.Rows, rows) || !slices.Equal(alone.Weights, whole.Weights[from:to]) {
			t.Errorf("layer %d, sequence %d alone merges %v with %v, in a batch %v with %v", v.Layer, b, alone.Rows, alone.Weights, rows, whole.Weights[from:to])
		}
	}
	if most := slices.Max(used); most > v.Seqs.Rows() {
		t.Errorf("layer %d: a row is a source %d times, of %d", v.Layer, most, v.Seqs.Rows())
	}
}

func init() {
	Register(Rule{
		Name: "pairs", Doc: "merges neighbours, in this package's tests alone",
		New:      func(Args) (Pruner, error) { return pairs{}, nil },
		Examples: []string{"pairs"},
	})
	Register(Rule{
		Name: "norm", Doc: "keeps rows with long hidden vectors, in this package's tests alone",
		Params:   []ParamDoc{{"keep", "share of the original length"}},
		New:      func(a Args) (Pruner, error) { x, err := a.Float("keep", 0.5, 1e-6, 1); return norm{x}, err },
		Knobs:    []Knob{{"keep", "0.5"}},
		Cost:     Ranks,
		Examples: []string{"norm:keep=0.4"},
	})
}

// pairs is a Merger: rows 1 and 2, 3 and 4 and so on become their mean.
type pairs struct{ None }

func (pairs) Spec() Spec                     { return Spec{Name: "pairs"} }
func (pairs) Decides(layer, layers int) bool { return layer > 1 }
func (pairs) Keep(View, []bool)              { panic("a merger's Keep is called") }

func (pairs) Merge(v View, m *Merged) {
	m.Next, m.Offsets, m.Rows, m.Weights, m.Sizes = append(m.Next[:0], 0), append(m.Offsets[:0], 0), m.Rows[:0], m.Weights[:0], m.Sizes[:0]
	for b := range v.Seqs.Count() {
		for r := v.Seqs[b]; r < v.Seqs[b+1]; {
			n := int32(2)
			if r == v.Seqs[b] || r+1 == v.Seqs[b+1] {
				n = 1
			}
			for range n {
				m.Rows, m.Weights = append(m.Rows, r), append(m.Weights, 1/float32(n))
				r++
			}
			m.Offsets, m.Sizes = append(m.Offsets, int32(len(m.Rows))), append(m.Sizes, float32(n))
		}
		m.Next = append(m.Next, int32(len(m.Offsets)-1))
	}
}

// norm reads the hidden rows.
type norm struct{ share float64 }

func (p norm) Spec() Spec                     { return Spec{"norm", []Arg{{"keep", number(p.share, 64)}}} }
func (norm) Score(layer, layers int) hw.Score { return hw.Score{} }
func (norm) Decides(layer, layers int) bool   { return layer > 0 }
func (norm) Tune(x float64) Pruner            { return norm{max(0.0001, fourDigits(1-x))} }

func (p norm) Keep(v View, keep []bool) {
	h := v.Hidden()
	var room [64]float32
	for b := range v.Seqs.Count() {
		i, j := v.Seqs[b], v.Seqs[b+1]
		lengths := room[:0]
		for r := i; r < j; r++ {
			sum := float32(0)
			for _, x := range h[int(r)*v.Width : int(r+1)*v.Width] {
				sum += x * x
			}
			lengths = append(lengths, sum)
		}
		KeepBest(lengths, Count(int(v.Full[b]), p.share), keep[i:j])
	}
}

// TestMergingFinds: what the suite asks of mergers can fail.
func TestMergingFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	v := view(r, 3, 6, 1, 5, 8)
	var m Merged
	pairs{}.Merge(v, &m)
	if want := (ragged.Seqs{0, 1, 4, 9}); !slices.Equal(m.Next, want) {
		t.Errorf("new sequences %v, want %v", m.Next, want)
	}
}
