//go:build cuda && cgo

package cuda

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ltpbench/hw"
)

// TestOperandsAreThere: the kernels that make a product's operand leave it in 16
// bits too, so that nothing is cast on the way through a layer; and the bits are
// those of a cast.
func TestOperandsAreThere(t *testing.T) {
	const seed, rows, cols = 3, 70, 48
	r := rand.New(rand.NewPCG(seed, 1))
	random := func(n int) []float32 {
		list := make([]float32, n)
		for i := range list {
			list[i] = float32(r.NormFloat64())
		}
		return list
	}
	for _, kind := range []hw.Type{hw.BF16, hw.F16} {
		opened, err := hw.Open("cuda", hw.Options{Type: kind})
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close()
		d := opened.(*device)
		mat := func(rows, cols int) hw.Mat {
			m := d.Floats(rows, cols)
			d.Write(m, random(rows*cols))
			return m
		}
		seqs := hw.Seqs{Offsets: d.Ints(2), Count: 1, Rows: rows, Longest: rows}
		d.WriteInts(seqs.Offsets, []int32{0, rows})
		ids := d.Ints(rows)
		x, y, z, up := mat(rows, cols), mat(rows, cols), mat(rows, cols), mat(rows, 2*cols)
		norm := hw.NormWeights{Gain: mat(1, cols), Bias: mat(1, cols), Eps: 1e-5}
		tables := hw.Tables{Word: mat(1, cols), Position: mat(1, cols), Norm: norm}
		square, wide := d.Pack(random(cols*cols), nil, cols, cols), d.Pack(random(2*cols*cols), nil, 2*cols, cols)
		a := hw.Attention{Heads: 3, Q: d.Floats(rows, cols).AsOperand(), KV: d.Floats(rows, 2*cols).AsOperand(), QSeqs: seqs, Seqs: seqs, Probs: d.Probs(3, rows*rows)}
		d.Linear(a.Q, x, square, hw.Identity, hw.Mat{})
		d.Linear(a.KV, x, wide, hw.Identity, hw.Mat{})
		back := d.Pack(random(2*cols*cols), nil, cols, 2*cols)
		for name, op := range map[string]func(d *device) (operand hw.Mat, w hw.Weights){
			"Norm":    func(d *device) (hw.Mat, hw.Weights) { d.Norm(y, x, x, norm); return y, square },
			"Embed":   func(d *device) (hw.Mat, hw.Weights) { d.Embed(y, tables, ids, ids, hw.Ints{}); return y, square },
			"Context": func(d *device) (hw.Mat, hw.Weights) { d.Context(y, &a, hw.Ints{}); return y, square },
			"GELU": func(d *device) (hw.Mat, hw.Weights) {
				d.Norm(y, x, x, norm)
				d.Linear(up, y, wide, hw.GELU, hw.Mat{})
				return up, back
			},
			"two products": func(d *device) (hw.Mat, hw.Weights) {
				d.Norm(y, x, x, norm)
				d.Linear(z, y, square, hw.Identity, hw.Mat{})
				return y, square
			},
		} {
			operand, w := op(d)
			lower := func() []float32 { d.Linear(z, operand, w, hw.Identity, hw.Mat{}); return read(t, d, z) }
			d.lowered = lowered{}
			want := lower()
			bare := without(d, func(name string) bool { return strings.HasPrefix(name, "cast_") })
			operand, w = op(bare)
			bare.Linear(z, operand, w, hw.Identity, hw.Mat{}) // panics if it needs a cast
			if !slices.Equal(read(t, bare, z), want) {
				t.Errorf("%s, after %s: a product takes other bits than those of a cast (seed %d)", kind, name, seed)
			}
		}
	}
}

// TestOperandsAreFresh: after anything that changes a matrix, a product takes it as it is now.
func TestOperandsAreFresh(t *testing.T) {
	opened, err := hw.Open("cuda", hw.Options{Type: hw.BF16})
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	d := opened.(*device)
	ones := func(rows, cols int, v float32) hw.Mat {
		m := d.Floats(rows, cols)
		d.Write(m, slices.Repeat([]float32{v}, rows*cols))
		return m
	}
	x, y, z, two := ones(8, 8, 3), d.Floats(8, 8), d.Floats(8, 8), ones(8, 1, 2)
	norm, one := hw.NormWeights{Gain: ones(1, 8, 1), Bias: ones(1, 8, 1), Eps: 1}, make([]float32, 64)
	for i := range 8 {
		one[9*i] = 1
	}
	w := d.Pack(one, nil, 8, 8)
	for name, c := range map[string]struct {
		change func()
		want   float32
	}{
		"a kernel":        {func() { d.Scale(y, y, two) }, 2},
		"Zero":            {func() { d.Zero(y) }, 0},
		"Write":           {func() { d.Write(y, slices.Repeat([]float32{5}, 64)) }, 5},
		"a copy":          {func() { d.Linear(y, x, w, hw.Identity, z) }, 3},
		"another product": {func() { d.Linear(y, x, w, hw.Identity, hw.Mat{}) }, 3},
		"nothing":         {func() {}, 1},
		"fewer rows":      {func() { d.Linear(z.Top(3), y.Top(3), w, hw.Identity, hw.Mat{}) }, 1},
	} {
		d.Norm(y, x, hw.Mat{}, norm) // 0 times the gain, plus the bias: 1
		c.change()
		d.Linear(z, y, w, hw.Identity, hw.Mat{})
		if got := read(t, d, z); slices.ContainsFunc(got, func(v float32) bool { return v != c.want }) {
			t.Errorf("after %s a product gives %v, want %v", name, got[0], c.want)
		}
	}
}
