//go:build cuda && cgo

package cuda

import (
	"math"
	"math/rand/v2"
	"testing"

	"ltpbench/hw"
	"ltpbench/hw/hwtest"
)

// TestMaskIsRemoval: keys that are masked for all queries give the same context and
// the same scores to the others as rows that are not there.
func TestMaskIsRemoval(t *testing.T) {
	const seed, heads, width = 11, 3, 24
	r, d := rand.New(rand.NewPCG(seed, 1)), open(t)
	mat := func(rows, cols int) (hw.Mat, []float32) {
		host := make([]float32, rows*cols)
		for i := range host {
			host[i] = float32(r.NormFloat64())
		}
		m := d.Floats(rows, cols)
		d.Write(m, host)
		return m, host
	}
	offsets, live, next := []int32{0, 70, 73, 110}, []int32{}, []int32{0}
	bias := make([]float32, 110)
	for b := range len(offsets) - 1 {
		for row := offsets[b]; row < offsets[b+1]; row++ {
			if row == offsets[b] || r.IntN(3) == 0 {
				live = append(live, row)
			} else {
				bias[row] = float32(math.Inf(-1))
			}
		}
		next = append(next, int32(len(live)))
	}
	list := func(entries []int32) hw.Ints {
		v := d.Ints(len(entries))
		d.WriteInts(v, entries)
		return v
	}
	n, rows := len(live), list(live)
	q, _ := mat(110, heads*width)
	kv, _ := mat(110, 2*heads*width)
	keyBias := d.Floats(110, 1)
	d.Write(keyBias, bias)
	few := func(m hw.Mat) hw.Mat {
		y := d.Floats(n, m.Cols)
		d.Gather(y, m, rows)
		return y
	}
	attend := func(a *hw.Attention, rows hw.Ints) (context []float32) {
		a.Heads, a.Probs = heads, d.Probs(heads, 110*110)
		y := d.Floats(n, heads*width)
		d.Scores(a)
		d.Context(y, a, rows)
		context = make([]float32, n*heads*width)
		d.Read(context, y)
		return context
	}
	all := hw.Seqs{Offsets: list(offsets), Count: 3, Rows: 110, Longest: 70}
	some := hw.Seqs{Offsets: list(next), Count: 3, Rows: n, Longest: 70}
	masked := attend(&hw.Attention{Q: q, KV: kv, QSeqs: all, Seqs: all, KeyBias: keyBias}, rows)
	removed := attend(&hw.Attention{Q: few(q), KV: few(kv), QSeqs: some, Seqs: some}, hw.Ints{})
	if err := d.Sync(); err != nil {
		t.Fatal(err)
	}
	within := hwtest.For(hw.F32)
	for i, x := range removed {
		if !within.Allows(float64(masked[i]), float64(x)) {
			t.Fatalf("seed %d: element %d of the context is %v masked and %v removed", seed, i, masked[i], x)
		}
	}
}
