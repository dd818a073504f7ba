package recipe

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"

	"ltpbench/bench/eval"
	"ltpbench/model"
	"ltpbench/pruners"
)

// cutUnits keeps of each feed-forward the units with the largest mean absolute
// activation over two thousand training examples, in their old order.
func (m *maker) cutUnits() error {
	c := &m.checkpoint.Config
	if m.Units >= c.FFN {
		return fmt.Errorf("--units %d: the feed-forward has %d already", m.Units, c.FFN)
	}
	e, err := model.New(m.d, m.checkpoint)
	if err != nil {
		return err
	}
	defer e.Close()
	sums := make([][]float64, c.Stored())
	for i := range sums {
		sums[i] = make([]float64, c.FFN)
	}
	some := m.examples[:min(len(m.examples), 2000)]
	r := eval.NewRunner(e, pruners.None{}, model.Options{SaveActivations: true, FullLastLayer: true})
	defer r.Close()
	err = r.Each(context.Background(), sequences(some), func(_ int, one eval.Result) {
		if one.Place > 0 {
			return
		}
		for l := range c.Layers {
			up, sums := one.Run.Activations(l).Up, sums[c.StoredLayer(l)]
			x := make([]float32, up.Rows*up.Cols)
			m.d.Read(x, up)
			for j, v := range x {
				sums[j%c.FFN] += math.Abs(float64(v))
			}
		}
	})
	if err != nil {
		return err
	}
	for l := range sums {
		order := make([]int, c.FFN)
		for i := range order {
			order[i] = i
		}
		sort.SliceStable(order, func(a, b int) bool { return sums[l][order[a]] > sums[l][order[b]] })
		kept := order[:m.Units]
		slices.Sort(kept)
		m.keepUnits(fmt.Sprintf("layer.%d.", l), kept)
	}
	c.FFN = m.Units
	return nil
}

// keepUnits takes the listed rows of up and columns of down.
func (m *maker) keepUnits(layer string, kept []int) {
	t, d, ffn := m.checkpoint.Tensors, m.checkpoint.Config.Width, m.checkpoint.Config.FFN
	up, bias, down := t[layer+"up.weight"], t[layer+"up.bias"], t[layer+"down.weight"]
	var u, b, w []float32
	for _, i := range kept {
		u = append(u, up.Data[i*d:(i+1)*d]...)
		b = append(b, bias.Data[i])
	}
	for row := range d {
		for _, i := range kept {
			w = append(w, down.Data[row*ffn+i])
		}
	}
	n := len(kept)
	t[layer+"up.weight"] = model.Tensor{Shape: []int{n, d}, Data: u}
	t[layer+"up.bias"] = model.Tensor{Shape: []int{n}, Data: b}
	t[layer+"down.weight"] = model.Tensor{Shape: []int{d, n}, Data: w}
}
