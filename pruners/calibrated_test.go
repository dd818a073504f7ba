package pruners

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ltpbench/internal/ragged"
)

// TestCalibrated: a batch gives the thresholds that an independent program gives
// (testdata/calibrated.py), and the rule that has them keeps what the calibration kept.
func TestCalibrated(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "calibrated.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Layers int
		Cases  []struct {
			Q, Shape string
			Scores   [][][]float32
			Thetas   []float64
			Kept     [][][]int32
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != 10 {
		t.Fatalf("%d cases", len(file.Cases))
	}
	for _, c := range file.Cases {
		run := func(p Pruner) error {
			v := View{Layers: file.Layers, Heads: 2, Seqs: ragged.Seqs{0}}
			for _, s := range c.Scores[0] {
				v.Seqs, v.Full, v.Examples = append(v.Seqs, v.Seqs[len(v.Seqs)-1]+int32(len(s))), append(v.Full, int32(len(s))), append(v.Examples, 1)
				for i := range s {
					v.Positions = append(v.Positions, int32(i))
				}
			}
			for v.Layer = range file.Layers {
				v.Scores = nil
				for b, s := range c.Scores[v.Layer] {
					for _, at := range v.Positions[v.Seqs[b]:v.Seqs[b+1]] {
						v.Scores = append(v.Scores, s[at])
					}
				}
				rows, next := ragged.Compact(v.Seqs, decide(t, p, v), nil, nil)
				positions := make([]int32, len(rows))
				for i, row := range rows {
					positions[i] = v.Positions[row]
				}
				v.Seqs, v.Positions = next, positions
				for b, want := range c.Kept[v.Layer] {
					if got := positions[next[b]:next[b+1]]; !slices.Equal(got, want) {
						t.Errorf("%T, q=%s, %s, layer %d, sequence %d keeps %v, want %v", p, c.Q, c.Shape, v.Layer, b, got, want)
					}
				}
			}
			return nil
		}
		p, err := Calibrate(mustParse(t, "calibrated:q="+c.Q+",shape="+c.Shape), run)
		if err != nil {
			t.Fatal(err)
		}
		for layer, theta := range StateOf(p)["theta"].Data {
			if want := c.Thetas[layer]; math.Abs(float64(theta)-want) > 1e-6*want {
				t.Errorf("q=%s, %s: theta %v of layer %d, want %v", c.Q, c.Shape, theta, layer, want)
			}
		}
		run(p)
	}
}

// TestUncalibrated: without thresholds a rule fits no model, and a new q takes them away;
// a score= stays through calibration.
func TestUncalibrated(t *testing.T) {
	p := mustParse(t, "calibrated:q=0.2,score=cls")
	if err := Fits(p, 6); err == nil || !strings.Contains(err.Error(), "give a budget") {
		t.Errorf("no thresholds: %v", err)
	}
	p = calibrated(t, p)
	if p.Spec().String() != "calibrated:q=0.2,score=cls" || Fits(p, 6) != nil || Fits(p, 4) == nil {
		t.Errorf("calibrated: %s, %v", p.Spec(), Fits(p, 6))
	}
	if q, _ := Tune(p, 0.3); StateOf(q) != nil || q.Spec().String() != "calibrated:score=cls,q=0.3" && q.Spec().String() != "calibrated:q=0.3,score=cls" {
		t.Errorf("tuned: %s with %v", q.Spec(), StateOf(q))
	}
}

// calibrated gives a rule of 6 layers its thresholds, if it takes them from text.
func calibrated(t *testing.T, p Pruner) Pruner {
	t.Helper()
	p, err := Calibrate(p, func(p Pruner) error {
		r := rand.New(rand.NewPCG(5, 5))
		for layer := range 6 {
			decide(t, p, view(r, layer, 6, 3, 20, 40))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
