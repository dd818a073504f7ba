package pruners

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ltpbench/internal/ragged"
)

// TestPower: in a ragged batch, layer after layer, the rule keeps the rows, and its soft
// stage has the masks, of an independent program (testdata/power.py).
func TestPower(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "power.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Layers int
		Cases  []struct {
			Shift     string
			Weights   []float32
			Sequences []struct {
				Scores, Masks [][]float32
				Kept          [][]int32
			}
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != 4 {
		t.Fatalf("%d cases", len(file.Cases))
	}
	for _, c := range file.Cases {
		p, err := WithState(mustParse(t, "power:shift="+c.Shift), State{powerTensor: {[]int{file.Layers, bins}, c.Weights}})
		if err != nil {
			t.Fatal(err)
		}
		l, err := Power{Weights: c.Weights}.Learn(LearnOptions{Layers: file.Layers})
		if err != nil {
			t.Fatal(err)
		}
		v := View{Layers: file.Layers, Heads: 2, Seqs: ragged.Seqs{0}}
		for _, s := range c.Sequences {
			n := int32(len(s.Scores[0]))
			v.Seqs, v.Full, v.Examples = append(v.Seqs, v.Seqs[len(v.Seqs)-1]+n), append(v.Full, n), append(v.Examples, 1)
			for i := range n {
				v.Positions = append(v.Positions, i)
			}
		}
		whole := v
		for v.Layer = range file.Layers {
			whole.Layer, whole.Scores, v.Scores = v.Layer, nil, nil
			var want []float32
			for b, s := range c.Sequences {
				for _, at := range v.Positions[v.Seqs[b]:v.Seqs[b+1]] {
					v.Scores = append(v.Scores, s.Scores[v.Layer][at])
				}
				whole.Scores, want = append(whole.Scores, s.Scores[v.Layer]...), append(want, s.Masks[v.Layer]...)
			}
			mask := make([]float32, len(want))
			if l.Mask(whole, mask); !slices.Equal(mask, want) {
				t.Errorf("layer %d: masks %v, want %v", v.Layer, mask, want)
			}
			rows, next := ragged.Compact(v.Seqs, decide(t, p, v), nil, nil)
			positions := make([]int32, len(rows))
			for i, row := range rows {
				positions[i] = v.Positions[row]
			}
			v.Seqs, v.Positions = next, positions
			for b, s := range c.Sequences {
				if got := positions[next[b]:next[b+1]]; !slices.Equal(got, s.Kept[v.Layer]) {
					t.Errorf("shift=%s, layer %d, sequence %d keeps %v, want %v", c.Shift, v.Layer, b, got, s.Kept[v.Layer])
				}
			}
		}
		if err := Fits(p, file.Layers+1); err == nil || !strings.Contains(err.Error(), "another model") {
			t.Errorf("it fits a model of another number of layers: %v", err)
		}
	}
}
