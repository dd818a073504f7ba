package hwtest

import (
	"math"
	"slices"
	"testing"

	"ltpbench/hw"
	_ "ltpbench/hw/cpu"
)

// TestLate: a wrapped device does what the inner one does, except that a closure
// waits for each operation.
func TestLate(t *testing.T) {
	for _, c := range checks {
		if c.backward || c.name == "allocations" {
			continue
		}
		failures, _ := c.on(func(o hw.Options) (hw.Device, error) {
			d, err := hw.Open("cpu", o)
			if err != nil {
				return nil, err
			}
			return Late(d), nil
		})
		for _, f := range failures {
			t.Error(f)
		}
	}
}

// TestLateSelection: the caller's bound stays, rows past the true end are NaN.
func TestLateSelection(t *testing.T) {
	inner, err := hw.Open("cpu", hw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := Late(inner)
	t.Cleanup(func() { l.Close() })
	table, norm := l.Floats(9, 4), hw.NormWeights{Gain: l.Floats(1, 4), Bias: l.Floats(1, 4), Eps: 1}
	x, y, scored := l.Floats(5, 4), l.Floats(5, 4), l.Floats(5, 1)
	ids, lengths, offsets, rows, next, moved := l.Ints(5), l.Ints(2), l.Ints(3), l.Ints(5), l.Ints(3), l.Ints(5)
	l.Write(scored, []float32{0, 0.5, 0.25, 0, 0.5})
	l.WriteInts(lengths, []int32{10, 12})
	l.WriteInts(offsets, []int32{0, 3, 5})
	l.WriteInts(ids, []int32{4, 3, 2, 1, 0})
	l.Embed(x, hw.Tables{Word: table, Position: table, Norm: norm}, ids, ids, hw.Ints{})
	l.SelectThreshold(rows, next, scored, hw.Seqs{Offsets: offsets, Count: 2, Rows: 5, Longest: 3}, lengths, 0, 2, 0.025)
	l.Gather(y, x, rows)
	l.GatherInts(moved, ids, rows, 1)
	before := make([]int32, 3)
	inner.ReadInts(before, next)
	if !slices.Equal(before, []int32{0, 0, 0}) {
		t.Errorf("before Sync the device holds %v already", before)
	}
	if err := l.Sync(); err != nil {
		t.Fatal(err)
	}
	if l.IntReads() != 0 {
		t.Errorf("%d reads of integers where there was none", l.IntReads())
	}
	gotRows, gotNext, gotMoved, gotY := make([]int32, 5), make([]int32, 3), make([]int32, 5), make([]float32, 20)
	l.ReadInts(gotRows, rows)
	l.ReadInts(gotNext, next)
	l.ReadInts(gotMoved, moved)
	l.Read(gotY, y)
	if !slices.Equal(gotRows, []int32{0, 1, 3, 0, 0}) || !slices.Equal(gotNext, []int32{0, 2, 3}) || !slices.Equal(gotMoved[:3], []int32{4, 3, 1}) {
		t.Errorf("rows %v, offsets %v, gathered %v", gotRows, gotNext, gotMoved)
	}
	for i, v := range gotY {
		if past := i >= 3*4; past != math.IsNaN(float64(v)) {
			t.Errorf("element %d after the selection is %v", i, v)
		}
	}
	l.Embed(x, hw.Tables{Word: table, Position: table, Norm: norm}, ids, ids, hw.Ints{})
	l.ReadInts(gotNext, next)
	if l.IntReads() != 1 {
		t.Errorf("%d reads of integers where there was one", l.IntReads())
	}
}
