package cpu

import (
	"fmt"
	"testing"

	"ltpbench/hw"
)

// TestAscendingBatches: what attention takes beside its matrices is what the largest
// batch needs, however many smaller ones came before.
func TestAscendingBatches(t *testing.T) {
	const heads, width, count, longest = 4, 64, 8, 40
	opened, err := hw.Open("cpu:generic", hw.Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	d := opened.(*device)
	defer d.Close()
	const rows = count * longest
	q, kv, y, scored := d.Floats(rows, width), d.Floats(rows, 2*width), d.Floats(rows, width), d.Floats(rows, 1)
	offsets, keys := d.Ints(count+1), d.Ints(2*rows)
	for _, rate := range []float32{0, 0.1} {
		t.Run(fmt.Sprint("dropout=", rate), func(t *testing.T) {
			a := hw.Attention{Heads: heads, Probs: d.Probs(heads, rows*longest), Drop: hw.Dropout{Rate: rate, Keys: keys}, Score: hw.Score{Kind: hw.Received}}
			batch := func(length int) {
				n := count * length
				for b := range int32(count + 1) {
					offsets.Buf.(*ints).x[b] = b * int32(length)
				}
				a.Q, a.KV, a.Scored = q.Top(n), kv.Top(n), scored.Top(n)
				a.QSeqs = hw.Seqs{Offsets: offsets, Count: count, Rows: n, Longest: length}
				a.Seqs = a.QSeqs
				d.Scores(&a)
				d.Context(y.Top(n), &a, hw.Ints{})
			}
			before, need := d.arena.given, rows*width
			if rate > 0 {
				need = heads * rows * longest
			}
			for length := 1; length <= longest; length++ {
				batch(length)
			}
			if took := d.arena.given - before; took > need {
				t.Errorf("%d floats for batches of up to %d rows, which need %d", took, rows, need)
			}
			if most := heads * rows; len(d.attention.perHead) > most {
				t.Errorf("%d scores of heads, %d are needed", len(d.attention.perHead), most)
			}
			if n := testing.AllocsPerRun(5, func() {
				for length := longest; length > 0; length-- {
					batch(length)
				}
			}); n != 0 {
				t.Errorf("%v allocations in batches after the largest", n)
			}
		})
	}
}
