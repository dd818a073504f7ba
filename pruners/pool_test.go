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

// TestPool: in a ragged batch new rows have the weights of an independent program
// (testdata/pool.py), and the gradients are its.
func TestPool(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "pool.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Width int
		Cases []struct {
			K         int
			Beta      float32
			Sequences []struct {
				Z        []float32
				Rows, By [][][2]float64
				DZ       []float64
				DBeta    float64
			}
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != 3 {
		t.Fatalf("%d cases", len(file.Cases))
	}
	for _, c := range file.Cases {
		l := &poolLearner{rule: Pool{K: c.K, Layer: -1}, o: LearnOptions{Layers: 6, Width: file.Width}, beta: []float32{c.Beta}, grad: make([]float32, 1)}
		v := View{Layer: 2, Layers: 6, Heads: 3, Width: file.Width, Seqs: ragged.Seqs{0}}
		dbeta, dz := 0.0, []float64(nil)
		for _, s := range c.Sequences {
			v.Seqs = append(v.Seqs, v.Seqs[len(v.Seqs)-1]+int32(len(s.Z)/c.K))
			v.Scores, dz, dbeta = append(v.Scores, s.Z...), append(dz, s.DZ...), dbeta+s.DBeta
		}
		var m Merged
		l.Merge(v, &m)
		dweights := make([]float32, len(m.Weights))
		for b, s := range c.Sequences {
			if m.Next.Len(b) != len(s.Rows) {
				t.Fatalf("k=%d, sequence %d: %d new rows, want %d", c.K, b, m.Next.Len(b), len(s.Rows))
			}
			for i, sources := range s.Rows {
				begin, end := m.Offsets[int(m.Next[b])+i], m.Offsets[int(m.Next[b])+i+1]
				for j := begin; j < end; j++ {
					at := slices.IndexFunc(sources, func(x [2]float64) bool { return int32(x[0]) == m.Rows[j]-v.Seqs[b] })
					if at < 0 || int(end-begin) != len(sources) || !(math.Abs(float64(m.Weights[j])-sources[at][1]) <= 1e-6) {
						t.Fatalf("k=%d, sequence %d: new row %d has %v with %v, want %v", c.K, b, i, m.Rows[begin:end], m.Weights[begin:end], sources)
					}
					dweights[j] = float32(s.By[i][at][1])
				}
			}
		}
		to := MaskGrads{Scores: make([]float32, len(v.Scores))}
		l.MergeGrad(v, &m, dweights, to)
		for i, want := range dz {
			if !(math.Abs(float64(to.Scores[i])-want) <= 1e-6) {
				t.Errorf("k=%d: the gradient of logit %d is %v, want %v", c.K, i, to.Scores[i], want)
			}
		}
		if got := float64(l.grad[0]); !(math.Abs(got-dbeta) <= 1e-5) {
			t.Errorf("k=%d: the gradient of the windows' number is %v, want %v", c.K, got, dbeta)
		}
	}
}

// TestPoolPositions: new rows have different positions, each in its own window.
func TestPoolPositions(t *testing.T) {
	for n := 3; n < 40; n++ {
		for k := 1; k < n-1; k++ {
			v := View{Layer: 2, Layers: 6, Width: 4, Seqs: ragged.Of(n), Scores: make([]float32, n*k)}
			var m Merged
			Pool{K: k, Layer: -1}.Merge(v, &m)
			for c := range k {
				if first := int(m.Rows[m.Offsets[1+c]]) - 1; first*k/(n-1) != c || first > 0 && (first-1)*k/(n-1) == c {
					t.Fatalf("%d rows into %d: new row %d begins with row %d", n, k, c, first+1)
				}
			}
		}
	}
}

// TestPoolStretched: another k takes the columns of the windows that its own lie in.
func TestPoolStretched(t *testing.T) {
	p, err := WithState(Pool{K: 4, Layer: -1}, State{poolWeight: {[]int{4, 2}, []float32{0, 1, 10, 11, 20, 21, 30, 31}}, poolWindow: {[]int{1}, []float32{3}}})
	if err != nil {
		t.Fatal(err)
	}
	for x, want := range map[float64][]float32{math.Log(256) / math.Log(512): {10, 11, 30, 31}, math.Log(64) / math.Log(512): {0, 1, 0, 1, 10, 11, 10, 11, 20, 21, 20, 21, 30, 31, 30, 31}} {
		q, ok := Tune(p, x)
		if got := StateOf(q)[poolWeight].Data; !ok || !slices.Equal(got, want) || StateOf(q)[poolWindow].Data[0] != 3 {
			t.Errorf("%s has the columns %v, want %v", q.Spec(), got, want)
		}
		if err := Fits(q, 6); err != nil {
			t.Error(err)
		}
	}
	if StateOf(p)[poolWeight].Shape[0] != 4 {
		t.Error("the rule that was tuned has changed")
	}
}
