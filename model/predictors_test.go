package model_test

import (
	"encoding/json"
	"maps"
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

// TestPredictors: the logits of DynamicViT's predictor, with a policy and without, and of
// Transkimmer's and AdapLeR's on every device, and the rows that they keep, are those of an independent
// program in float64 (testdata/predictors.py), which has the published shape of the networks.
func TestPredictors(t *testing.T) {
	text, err := os.ReadFile("testdata/predictors.json")
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
			Skim      [][2]float64
			Skimmed   []int32
			Adapt     []float64
			Adapted   []int32
		}
	}
	if err := json.Unmarshal(text, &want); err != nil || len(want.Cases) != 5 {
		t.Fatal(len(want.Cases), err)
	}
	const layers, width, first, second, third = 6, 24, 2, 4, 5
	rank, ragged6 := parse(t, "dynamicvit:keep=0.6"), parse(t, "dynamicvit:keep=0.6,decide=threshold")
	net := pruners.NetOf(rank, first, layers, width)
	state := pruners.State{}
	net.Init(state, width, 1)
	if got := net.FLOPs(width); got != 2*(1.625*width*width+width/2) {
		t.Errorf("the network takes %d FLOPs for a row of width %d", got, width)
	}
	waves(state, map[string]float64{"1.weight": 0.4, "2.weight": 0.4, "4.weight": 0.5, "5.weight": 0.5, "7.weight": 0.6, "8.weight": 0.9})
	skimmer := parse(t, "transkimmer:bar=0")
	skim := pruners.NetOf(skimmer, second, layers, width)
	skim.Init(state, width, 1)
	if got := skim.FLOPs(width); got != 2*(width*width+2*width) {
		t.Errorf("Transkimmer's network takes %d FLOPs for a row of width %d", got, width)
	}
	if bias := state["layer4.3.bias"].Data; bias[0] != 5 || bias[1] != -5 {
		t.Errorf("its last biases begin at %v", bias)
	}
	skimming := pruners.State{}
	for name, tensor := range state {
		if strings.HasPrefix(name, "layer4.") {
			skimming[name] = tensor
		}
	}
	waves(skimming, map[string]float64{"1.weight": 0.4, "2.weight": 0.4, "3.weight": 0.6})
	adapting, learned := pruners.NetOf(parse(t, "adapler:scale=1"), third, layers, width), pruners.State{}
	adapting.Init(learned, width, 1)
	if got := adapting.FLOPs(width); got != 2*(32*width+32) {
		t.Errorf("AdapLeR's network takes %d FLOPs for a row of width %d", got, width)
	}
	waves(learned, map[string]float64{"1.weight": 0.4})
	maps.Copy(state, learned)
	adapler, err := pruners.WithState(parse(t, "adapler:scale=1"), pruners.State{
		"eta": {Shape: []int{layers}, Data: slices.Repeat([]float32{0.9}, layers)}, "cls": {Shape: []int{layers}, Data: slices.Repeat([]float32{0.5}, layers)},
	})
	if err != nil {
		t.Fatal(err)
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
			return map[int]*pruners.Net{first: net, second: skim, third: adapting}[layer]
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
		logits := func(what string, want func(b int) [][2]float64) {
			for b := range lengths {
				for r, pair := range want(b) {
					for i, w := range pair {
						if got := float64(scores[2*(int(seqs[b])+r)+i]); !(math.Abs(got-w) <= 2e-5) {
							t.Errorf("%s, sequence %d, row %d: logit %d is %v, want %v", what, b, r, i, got, w)
						}
					}
				}
			}
		}
		logits("dynamicvit", func(b int) [][2]float64 { return want.Cases[b].Logits })
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
		d.Read(scores, nets[second].Forward(x, at, nil))
		logits("transkimmer", func(b int) [][2]float64 { return want.Cases[b].Skim })
		check("transkimmer", skimmer, second, func(b int) []int32 { return want.Cases[b].Skimmed })
		v.Scores = scores[:n]
		d.Read(v.Scores, nets[third].Forward(x, at, nil))
		for b := range lengths {
			for r, w := range want.Cases[b].Adapt {
				if got := float64(v.Scores[int(seqs[b])+r]); !(math.Abs(got-w) <= 1e-4) {
					t.Errorf("adapler, sequence %d, row %d: %v, want %v", b, r, got, w)
				}
			}
		}
		check("adapler", adapler, third, func(b int) []int32 { return want.Cases[b].Adapted })
	})
}

// waves sets the weights of a network to sines of their number and name, so high, which two
// programs can make alike: gains near 1, norms 0.3 and biases 0.2 high.
func waves(s pruners.State, high map[string]float64) {
	for name, tensor := range s {
		_, part, _ := strings.Cut(name, ".")
		about, by, phase := 0.0, high[part], 0.0
		switch {
		case part == "0.weight":
			about, by = 1, 0.3
		case part == "0.bias":
			by = 0.3
		case by == 0:
			by = 0.2
		}
		for _, c := range part {
			phase += float64(c)
		}
		for i := range tensor.Data {
			tensor.Data[i] = float32(about + by*math.Sin(1.7*float64(i)+phase))
		}
	}
}
