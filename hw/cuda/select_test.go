//go:build cuda && cgo

package cuda

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// TestSelection pins the device's selection to the rules that ask for it: what is
// kept on the device is what the rule decides on the host, also with equal scores,
// with all and with none above the bar, and whatever the lengths.
func TestSelection(t *testing.T) {
	const seed = 7
	r := rand.New(rand.NewPCG(seed, 1))
	d := open(t)
	for _, lengths := range [][]int{{1}, {2, 1, 3}, {130, 7, 64}, {33, 300}, slices.Repeat([]int{5, 1, 2}, 25)} {
		for _, rule := range []pruners.Pruner{
			pruners.Threshold{Final: 0.02, Divisor: pruners.Padded}, pruners.Threshold{Final: 1, Divisor: pruners.Initial}, pruners.Threshold{Final: -1, Divisor: pruners.Padded},
			pruners.Threshold{Final: 0.02, Divisor: pruners.Alive}, pruners.Threshold{Final: 0.2, Divisor: pruners.Alive},
			pruners.Relative{T: 0}, pruners.Relative{T: 0.35}, pruners.Relative{T: 1},
			pruners.TopK{Rate: 0.3, Start: 1}, pruners.TopK{Flat: 1e-6}, pruners.TopK{Flat: 0.999}, pruners.TopK{Rate: -3, Start: 1},
			pruners.TopK{Rates: pruners.Rates{1, 0.9, 0.6, 0.3}}, pruners.LengthDrop{Auto: true}, pruners.LengthDrop{Drop: 0.3}.Sample(pruners.Key{Seed: 1, Step: 2}),
		} {
			for _, kinds := range []int{1, 3, 1000} { // how many scores there are to be equal
				v := view(r, lengths, kinds)
				keep := make([]bool, len(v.Scores))
				if err := pruners.Decide(rule, v, keep); err != nil {
					t.Fatal(err)
				}
				want, next := ragged.Compact(v.Seqs, keep, nil, nil)
				rows, offsets := selectOn(t, d, rule.(pruners.OnDevice), v)
				if !slices.Equal(offsets, []int32(next)) || !slices.Equal(rows[:len(want)], want) || slices.ContainsFunc(rows[len(want):], func(x int32) bool { return x != 0 }) {
					t.Errorf("seed %d: %s over %v with %d kinds of scores keeps %v %v, want %v %v", seed, rule.Spec(), lengths, kinds, offsets, rows, next, want)
				}
			}
		}
	}
}

func view(r *rand.Rand, lengths []int, kinds int) pruners.View {
	v := pruners.View{Layer: 3, Layers: 4, Heads: 2, Seqs: ragged.Seqs{0}}
	for _, n := range lengths {
		v.Full = append(v.Full, int32(n+r.IntN(3)))
		v.Seqs = append(v.Seqs, v.Seqs[len(v.Seqs)-1]+int32(n))
		for i := range n {
			v.Positions = append(v.Positions, int32(i))
			v.Scores = append(v.Scores, float32(r.IntN(kinds))*10/float32(kinds))
		}
	}
	return v
}

func selectOn(t *testing.T, d hw.Device, rule pruners.OnDevice, v pruners.View) (rows, offsets []int32) {
	t.Helper()
	n, count := len(v.Scores)+3, v.Seqs.Count() // an upper bound
	on := pruners.DeviceView{
		Layer: v.Layer, Layers: v.Layers, Heads: v.Heads, Seqs: hw.Seqs{Offsets: d.Ints(count + 1), Count: count, Rows: n, Longest: v.Seqs.Longest()},
		Full: d.Ints(count), FullHost: v.Full, Scored: d.Floats(n, 1), PerSequence: d.Floats(count, 1),
	}
	d.WriteInts(on.Seqs.Offsets, v.Seqs)
	d.WriteInts(on.Full, v.Full)
	d.Write(on.Scored.Top(len(v.Scores)), v.Scores)
	to := pruners.Selection{Rows: d.Ints(n), Offsets: d.Ints(count + 1)}
	d.WriteInts(to.Rows, slices.Repeat([]int32{77}, n)) // what another batch has left
	if !rule.KeepOn(d, on, to) {
		t.Fatalf("%s is not decided on the device", rule.Spec())
	}
	if err := d.Sync(); err != nil {
		t.Fatal(err)
	}
	rows, offsets = make([]int32, n), make([]int32, count+1)
	d.ReadInts(rows, to.Rows)
	d.ReadInts(offsets, to.Offsets)
	return rows, offsets
}

// TestSelectionRefusesNaN: a score that is NaN is an error, never a choice.
func TestSelectionRefusesNaN(t *testing.T) {
	for _, rule := range []pruners.OnDevice{pruners.Threshold{Final: 0.02, Divisor: pruners.Padded}, pruners.Threshold{Final: 0.02, Divisor: pruners.Alive}, pruners.Relative{T: 0.3}, pruners.TopK{Flat: 0.5}} {
		d := open(t)
		v := view(rand.New(rand.NewPCG(1, 1)), []int{4, 9}, 5)
		v.Scores[6] = float32(math.NaN())
		count := v.Seqs.Count()
		on := pruners.DeviceView{Layer: 3, Layers: 4, Heads: 2, FullHost: v.Full, Seqs: hw.Seqs{Offsets: d.Ints(count + 1), Count: count, Rows: 13, Longest: 9},
			Scored: d.Floats(13, 1), PerSequence: d.Floats(count, 1)}
		d.WriteInts(on.Seqs.Offsets, v.Seqs)
		d.Write(on.Scored, v.Scores)
		rule.KeepOn(d, on, pruners.Selection{Rows: d.Ints(13), Offsets: d.Ints(count + 1)})
		if err := d.Sync(); err == nil || !strings.Contains(err.Error(), "sequence 1 of the batch: the score of row 6 is NaN") {
			t.Errorf("%s: Sync returns %v", rule.Spec(), err)
		}
	}
}

// open opens the device for a test.
func open(t *testing.T) hw.Backward {
	t.Helper()
	d, err := hw.Open("cuda", hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d.(hw.Backward)
}

// TestRowsShrink: after a decision on the device, what follows is as small as what
// is left.
func TestRowsShrink(t *testing.T) {
	n, err := oracle.Read("../../model/testdata/oracle/bert-6x48")
	if err != nil {
		t.Fatal(err)
	}
	c, err := model.Load(n.Dir)
	if err != nil {
		t.Fatal(err)
	}
	d := open(t).(*device)
	d.few = 0
	e, err := model.New(d, c)
	if err != nil {
		t.Fatal(err)
	}
	batch := n.Cases.Pack()
	var size model.Size
	size.Fit(batch.Seqs)
	r, err := model.NewHardRun(e, pruners.TopK{Flat: 0.25}, size, model.Options{FullLastLayer: true})
	if err != nil {
		t.Fatal(err)
	}
	r.Load(batch)
	e.Forward(r)
	if err := r.Sync(); err != nil {
		t.Fatal(err)
	}
	left := 0
	for b := range batch.Seqs.Count() {
		left += pruners.Count(batch.Seqs.Len(b), 0.25)
	}
	if a := r.Activations(2); a.X.Rows != left || a.Up.Rows != left || r.SelectedOnHost() {
		t.Errorf("layer 2 works on %d rows and its feed-forward on %d, %d are left; decided on the host: %v", a.X.Rows, a.Up.Rows, left, r.SelectedOnHost())
	}
}
