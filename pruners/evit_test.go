package pruners

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
)

// TestEViT: in a ragged batch the rule makes the rows that an independent program makes
// (testdata/evit.py), and asks a device for as many.
func TestEViT(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "evit.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Heads int
		Cases []struct {
			Rate, Fuse string
			Sequences  []struct {
				Scores []float32
				Rows   [][][2]float64
			}
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != 15 {
		t.Fatalf("%d cases", len(file.Cases))
	}
	for _, c := range file.Cases {
		p := mustParse(t, "evit:rate="+c.Rate+",fuse="+c.Fuse)
		v := View{Layer: 2, Layers: 6, Heads: file.Heads, Seqs: ragged.Seqs{0}}
		var want, got Merged
		want.begin()
		got.begin()
		for _, s := range c.Sequences {
			first := v.Seqs[len(v.Seqs)-1]
			v.Seqs, v.Full, v.Examples = append(v.Seqs, first+int32(len(s.Scores))), append(v.Full, int32(len(s.Scores))), append(v.Examples, 1)
			for i, score := range s.Scores {
				v.Positions, v.Scores = append(v.Positions, int32(i)), append(v.Scores, score)
			}
			for _, row := range s.Rows {
				for _, source := range row {
					want.source(first+int32(source[0]), float32(source[1]))
				}
				want.row()
			}
			want.sequence()
		}
		if m, ok := p.(Merger); ok {
			m.Merge(v, &got)
		} else {
			keep := decide(t, p, v)
			for b := range v.Seqs.Count() {
				for r := v.Seqs[b]; r < v.Seqs[b+1]; r++ {
					if keep[r] {
						got.source(r, 1)
						got.row()
					}
				}
				got.sequence()
			}
			d := &counting{}
			p.(OnDevice).KeepOn(d, DeviceView{Layer: 2, Layers: 6, FullHost: v.Full, Seqs: hw.Seqs{Count: v.Seqs.Count()}}, Selection{})
			for b, n := range d.keep {
				if int(n) != want.Next.Len(b) {
					t.Errorf("%s: the device keeps %v of %d rows, want %d", p.Spec(), n, v.Seqs.Len(b), want.Next.Len(b))
				}
			}
		}
		if !slices.Equal(got.Next, want.Next) || !slices.Equal(got.Offsets, want.Offsets) || !slices.Equal(got.Rows, want.Rows) {
			t.Errorf("%s makes rows of %v at %v, want %v at %v", p.Spec(), got.Rows, got.Offsets, want.Rows, want.Offsets)
		}
		for i, w := range want.Weights {
			if !(math.Abs(float64(got.Weights[i]-w)) <= 1e-6) {
				t.Errorf("%s: weight %d is %v, want %v", p.Spec(), i, got.Weights[i], w)
			}
		}
	}
}

// TestQuarters: in which layers rules of a few stages decide.
func TestQuarters(t *testing.T) {
	for layers, want := range map[int][]int{1: nil, 2: {1}, 3: {1, 2}, 4: {1, 2, 3}, 5: {2, 3}, 6: {2, 4}, 8: {2, 4, 6}, 12: {3, 6, 9}, 24: {6, 12, 18}} {
		var got []int
		for l := range layers {
			if atQuarter(l, layers) {
				got = append(got, l)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("of %d layers %v decide, want %v", layers, got, want)
		}
	}
}
