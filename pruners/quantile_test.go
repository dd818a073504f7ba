package pruners

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
)

// TestQuantile: in a ragged batch, and layer after layer, the rule keeps the rows that an
// independent program keeps (testdata/quantile.py), and asks a device for as many.
func TestQuantile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "quantile.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Layers int
		Cases  []struct {
			Q         string
			Sequences []struct {
				Scores [][]float32
				Kept   [][]int32
			}
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != 7 {
		t.Fatalf("%d cases", len(file.Cases))
	}
	for _, c := range file.Cases {
		p := mustParse(t, "quantile:q="+c.Q)
		v := View{Layers: file.Layers, Heads: 2, Seqs: ragged.Seqs{0}}
		for _, s := range c.Sequences {
			n := int32(len(s.Scores[0]))
			v.Seqs, v.Full, v.Examples = append(v.Seqs, v.Seqs[len(v.Seqs)-1]+n), append(v.Full, n), append(v.Examples, 1)
			for i := range n {
				v.Positions = append(v.Positions, i)
			}
		}
		for v.Layer = range file.Layers {
			v.Scores = nil
			for b, s := range c.Sequences {
				for _, at := range v.Positions[v.Seqs[b]:v.Seqs[b+1]] {
					v.Scores = append(v.Scores, s.Scores[v.Layer][at])
				}
			}
			rows, next := ragged.Compact(v.Seqs, decide(t, p, v), nil, nil)
			positions := make([]int32, len(rows))
			for i, row := range rows {
				positions[i] = v.Positions[row]
			}
			v.Seqs, v.Positions = next, positions
			counts := []float32(nil)
			for b, s := range c.Sequences {
				if got := positions[next[b]:next[b+1]]; !slices.Equal(got, s.Kept[v.Layer]) {
					t.Errorf("q=%s, layer %d, sequence %d keeps %v, want %v", c.Q, v.Layer, b, got, s.Kept[v.Layer])
				}
				counts = append(counts, float32(len(s.Kept[v.Layer])))
			}
			d := &counting{}
			if on, ok := As[OnDevice](p); !ok || !on.KeepOn(d, DeviceView{Layer: v.Layer, Seqs: hw.Seqs{Count: len(counts)}, FullHost: v.Full}, Selection{}) {
				t.Fatal("the rule does not decide on a device")
			}
			if !d.selected || !slices.Equal(d.keep, counts) {
				t.Errorf("q=%s, layer %d: a device is to keep %v, want %v", c.Q, v.Layer, d.keep, counts)
			}
		}
	}
}

// counting is a device that notes how many rows it is to keep.
type counting struct {
	hw.Device
	keep     []float32
	selected bool
}

func (d *counting) Write(m hw.Mat, x []float32) { d.keep = slices.Clone(x) }

func (d *counting) SelectBest(rows, next hw.Ints, scored hw.Mat, s hw.Seqs, keep hw.Mat) {
	d.selected = true
}

// TestQuantileUnprotected: without protection row 0 goes where its score is the lowest.
func TestQuantileUnprotected(t *testing.T) {
	v := View{Layer: 1, Layers: 2, Seqs: ragged.Of(4), Scores: []float32{0, 3, 1, 2}}
	for q, want := range map[float64][]bool{0.25: {false, true, true, true}, 0.5: {false, true, false, true}, 1: {false, false, false, false}} {
		keep := make([]bool, 4)
		Quantile{q}.KeepUnprotected(v, keep)
		if !slices.Equal(keep, want) {
			t.Errorf("q=%v keeps %v, want %v", q, keep, want)
		}
	}
}
