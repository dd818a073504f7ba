package model_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"ltpbench/hw"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/pruners"
)

// TestDynamicViT: the predictor's logits on every device, with a policy and without, and the
// rows that both decisions keep, are those of an independent program in float64
// (testdata/dynamicvit.py), which has the published shape of the network.
func TestDynamicViT(t *testing.T) {
	text, err := os.ReadFile("testdata/dynamicvit.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Rho   float64
		Cases []struct {
			Rows      [][]float32
			Policy    []float32
			Logits    [][2]float64
			Rank      [][]int32
			Threshold []int32
		}
	}
	if err := json.Unmarshal(text, &want); err != nil || len(want.Cases) != 5 {
		t.Fatal(len(want.Cases), err)
	}
	const layers, width, first, second = 6, 24, 2, 4
	rank, ragged6 := parse(t, "dynamicvit:keep=0.6"), parse(t, "dynamicvit:keep=0.6,decide=threshold")
	net := pruners.NetOf(rank, first, layers, width)
	state := pruners.State{}
	net.Init(state, width, 1)
	if got := net.FLOPs(width); got != 2*(1.625*width*width+width/2) {
		t.Errorf("the network takes %d FLOPs for a row of width %d", got, width)
	}
	for name, tensor := range state {
		_, part, _ := strings.Cut(name, ".")
		about, by, phase := 0.0, map[string]float64{
			"0.weight": 0.3, "0.bias": 0.3, "1.weight": 0.4, "2.weight": 0.4, "4.weight": 0.5, "5.weight": 0.5, "7.weight": 0.6, "8.weight": 0.9,
		}[part], 0.0
		if by == 0 {
			by = 0.2
		}
		if part == "0.weight" {
			about = 1
		}
		for _, c := range part {
			phase += float64(c)
		}
		for i := range tensor.Data {
			tensor.Data[i] = float32(about + by*math.Sin(1.7*float64(i)+phase))
		}
	}
	c := model.Config{Family: model.BERT, Layers: layers, Width: width, Heads: 3, FFN: 32, Vocab: 20, Positions: 32, Segments: 2, Eps: 1e-12}
	devices(t, func(t *testing.T, d hw.Device) {
		e := &model.Encoder{Device: d, Config: c}
		var lengths []int
		var rows, policy []float32
		for _, x := range want.Cases {
			lengths, policy = append(lengths, len(x.Rows)), append(policy, x.Policy...)
			for _, row := range x.Rows {
				rows = append(rows, row...)
			}
		}
		seqs := ragged.Of(lengths...)
		n := seqs.Rows()
		var size model.Size
		size.Fit(seqs)
		m := d.Scope()
		defer m.Close()
		nets, err := model.NewNetworks(e, m, func(layer int) *pruners.Net {
			if layer == first {
				return net
			}
			return nil
		}, state, size, false)
		if err != nil {
			t.Fatal(err)
		}
		x, offsets := m.Floats(n, width), m.Ints(len(seqs))
		d.Write(x, rows)
		d.WriteInts(offsets, seqs)
		at := hw.Seqs{Offsets: offsets, Count: len(lengths), Rows: n, Longest: seqs.Longest()}
		scores := make([]float32, 2*n)
		d.Read(scores, nets[first].Forward(x, at, policy))
		for b, c := range want.Cases {
			for r, pair := range c.Logits {
				for i, w := range pair {
					if got := float64(scores[2*(int(seqs[b])+r)+i]); !(math.Abs(got-w) <= 2e-5) {
						t.Errorf("sequence %d, row %d: logit %d is %v, want %v", b, r, i, got, w)
					}
				}
			}
		}
		d.Read(scores, nets[first].Forward(x, at, nil))
		v := pruners.View{Layers: layers, Seqs: seqs, Scores: scores, Width: width}
		for _, k := range lengths {
			v.Full = append(v.Full, int32(k))
			for p := range k {
				v.Positions = append(v.Positions, int32(p))
			}
		}
		check := func(what string, p pruners.Pruner, layer int, want func(b int) []int32) {
			v.Layer = layer
			keep := make([]bool, n)
			if err := pruners.Decide(p, v, keep); err != nil {
				t.Fatal(err)
			}
			for b := range lengths {
				var got []int32
				for r := range lengths[b] {
					if keep[int(seqs[b])+r] {
						got = append(got, int32(r))
					}
				}
				if !slices.Equal(got, want(b)) {
					t.Errorf("%s, sequence %d: keeps %v, want %v", what, b, got, want(b))
				}
			}
		}
		check("rank, first", rank, first, func(b int) []int32 { return want.Cases[b].Rank[0] })
		check("rank, second", rank, second, func(b int) []int32 { return want.Cases[b].Rank[1] })
		check("threshold", ragged6, first, func(b int) []int32 { return want.Cases[b].Threshold })
	})
}
