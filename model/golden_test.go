package model_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/oracle"
	"ltpbench/internal/ragged"
	"ltpbench/model"
)

// TestGoldens holds real pretrained encoders against transformers in float64:
// row 0 of the last layer, and what every row receives in the first and the last.
func TestGoldens(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(oracle.Shared(t), "models", "*", "golden.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no models with goldens: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var g struct {
				Cases []struct {
					IDs, Segments []int32
					Row0          []float64
					First         []float64 `json:"received_layer0"`
					Last          []float64 `json:"received_last"`
				}
			}
			if err := json.Unmarshal(text, &g); err != nil || len(g.Cases) == 0 {
				t.Fatalf("no cases: %v", err)
			}
			c := load(t, filepath.Dir(path))
			d, err := hw.Open("cpu", hw.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			e := encoder(t, d, c)
			var seqs []ragged.Sequence
			for _, x := range g.Cases {
				seqs = append(seqs, ragged.Sequence{IDs: x.IDs, Segments: x.Segments})
			}
			batch := ragged.Pack(seqs...)
			r := model.NewRun(e, watch{}, room(batch), model.Options{FullLastLayer: true})
			pass(t, e, r, batch)
			row := make([]float32, r.First.Rows*r.First.Cols)
			d.Read(row, r.First)
			_, first := r.Received(0)
			_, last := r.Received(c.Config.Layers - 1)
			for i, x := range g.Cases {
				for j, w := range x.Row0 {
					if got := float64(row[i*c.Config.Width+j]); !(math.Abs(got-w) <= 1e-4) {
						t.Fatalf("case %d: row 0, column %d is %v, want %v", i, j, got, w)
					}
				}
				at := int(batch.Seqs[i])
				for j := range x.First {
					for _, p := range [][2]float64{{float64(first[at+j]), x.First[j]}, {float64(last[at+j]), x.Last[j]}} {
						if !(math.Abs(p[0]-p[1]) <= 1e-4*p[1]) {
							t.Fatalf("case %d: row %d receives %v, want %v", i, j, p[0], p[1])
						}
					}
				}
			}
		})
	}
}
