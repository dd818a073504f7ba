package pruners

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"ltpbench/internal/ragged"
)

// TestControls: truncate, stride and average make of sequences what an independent program
// makes of their definitions (testdata/controls.py).
func TestControls(t *testing.T) {
	text, err := os.ReadFile("testdata/controls.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		N, Second        int
		Keep             float64
		Truncate, Stride []int
		Average          [][2]int32
	}
	if err := json.Unmarshal(text, &cases); err != nil || len(cases) != 50 {
		t.Fatal(len(cases), err)
	}
	for _, c := range cases {
		v := View{Layers: 6, Seqs: ragged.Of(c.N), Full: []int32{int32(c.N)}, Second: []int32{int32(c.Second)}}
		for at := range c.N {
			v.Positions = append(v.Positions, int32(at))
		}
		for p, want := range map[Pruner][]int{Truncate{c.Keep}: c.Truncate, Stride{c.Keep}: c.Stride} {
			keep, got := make([]bool, c.N), []int(nil)
			p.Keep(v, keep)
			for r, k := range keep {
				if k {
					got = append(got, r)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s of %d rows, the second text at %d: %v, want %v", p.Spec(), c.N, c.Second, got, want)
			}
		}
		var m Merged
		Average{Share: c.Keep}.Merge(v, &m)
		if len(m.Offsets) != len(c.Average)+1 {
			t.Errorf("average %v of %d rows: %d, want %d", c.Keep, c.N, len(m.Offsets)-1, len(c.Average))
			continue
		}
		for i, w := range c.Average {
			rows, n := m.Rows[m.Offsets[i]:m.Offsets[i+1]], w[1]-w[0]
			if len(rows) != int(n) || rows[0] != w[0] || rows[n-1] != w[1]-1 || m.Weights[m.Offsets[i]] != 1/float32(n) {
				t.Errorf("average %v of %d rows: row %d is of %v, want %v", c.Keep, c.N, i, rows, w)
			}
		}
	}
}
