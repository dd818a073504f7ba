package pruners

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"ltpbench/internal/ragged"
)

// TestToMe: in a ragged batch of rows that stand for several tokens each, the rule merges
// what an independent program merges (testdata/tome.py).
func TestToMe(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "tome.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Heads, Width int
		Cases        []struct {
			Rule      string
			Sequences []struct {
				Keys, Sizes []float32
				Rows        []mergedRow
			}
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != 6 {
		t.Fatalf("%d cases", len(file.Cases))
	}
	for _, c := range file.Cases {
		p := mustParse(t, "tome:"+c.Rule).(ToMe)
		v := View{Layer: 1, Layers: 6, Heads: file.Heads, Width: file.Width, Seqs: ragged.Seqs{0}}
		var want, got Merged
		want.begin()
		var keys, sizes []float32
		for _, s := range c.Sequences {
			first := v.Seqs[len(v.Seqs)-1]
			v.Seqs, v.Sizes, keys = append(v.Seqs, first+int32(len(s.Sizes))), append(v.Sizes, s.Sizes...), append(keys, s.Keys...)
			for _, row := range s.Rows {
				for _, source := range row.sources {
					want.source(first+int32(source[0]), float32(source[1]))
				}
				want.row()
				sizes = append(sizes, row.size)
			}
			want.sequence()
		}
		v.Keys = func() []float32 { return keys }
		p.Merge(v, &got)
		if !slices.Equal(got.Next, want.Next) || !slices.Equal(got.Offsets, want.Offsets) || !slices.Equal(got.Rows, want.Rows) || !slices.Equal(got.Sizes, sizes) {
			t.Errorf("%s merges %v at %v of sizes %v, want %v at %v of sizes %v", p.Spec(), got.Rows, got.Offsets, got.Sizes, want.Rows, want.Offsets, sizes)
			continue
		}
		for i, w := range want.Weights {
			if !(math.Abs(float64(got.Weights[i]-w)) <= 1e-6) {
				t.Errorf("%s: weight %d is %v, want %v", p.Spec(), i, got.Weights[i], w)
			}
		}
	}
}

// mergedRow is [size, [[row, weight] ...]].
type mergedRow struct {
	size    float32
	sources [][2]float64
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *mergedRow) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[]any{&r.size, &r.sources})
}
