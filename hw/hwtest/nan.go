package hwtest

import (
	"math"

	"ltpbench/hw"
)

// nan checks that a NaN comes out where it has to and nowhere else, and numbers
// at the ends of what float32 holds.
func nan(p *probe) {
	for _, s := range [][3]int{{1, 24, 3}, {13, 40, 104}, {60, 5, 40}} {
		rows, in, out := s[0], s[1], s[2]
		for act := hw.Identity; act <= hw.ReLU; act++ {
			x := p.random(rows, in)
			x.row(rows / 2)[in-1] = math.NaN()
			w, bias := p.weights(out, in)
			p.linearCase(x, w, bias, p.d.Pack(w.float32s(), bias.float32s(), out, in), act)
		}
	}
	far := 1e6
	if p.d.Info().Type == hw.F16 {
		far = 65504 // the type's largest number
	}
	for act := hw.Identity; act <= hw.ReLU; act++ {
		x := mat{20, 1, []float64{0, 1e-30, -1e-30, 0.5, -0.5, 3.99, 4.01, -3.99, -4.01, 5.6, -5.6, 6, -6, 20, -20, 1000, -1000, far, -far, 1}}
		for i, v := range x.x {
			x.x[i] = float64(float32(v))
		}
		one := mat{1, 1, []float64{1}}
		p.linearCase(x, one, mat{}, p.d.Pack([]float32{1}, nil, 1, 1), act)
	}
	x := p.random(5, 40)
	for j := range x.cols {
		x.row(1)[j] = 3
		x.row(2)[j] = float64(float32(100 + x.row(2)[j]))
	}
	x.row(4)[7] = math.NaN()
	gain, bias := p.random(1, 40), p.random(1, 40)
	p.begin("Norm with a constant row, a row far from 0 and a NaN")
	y := p.out(5, 40)
	p.d.Norm(y, p.mat(x), hw.Mat{}, hw.NormWeights{Gain: p.mat(gain), Bias: p.mat(bias), Eps: 1e-5})
	p.near("y", y, normOf(x, mat{}, gain, bias, 1e-5), For(p.d.Info().Type).times(8))
	p.end()

	for kind := hw.NoScore; kind <= hw.FromFirst; kind++ {
		for _, where := range []string{"a query", "a key", "a value"} {
			p.begin("attention with NaN in %s, score %d", where, kind)
			a := p.asked(2, 16, []int{3, 20, 1, 9}, false, false)
			switch where {
			case "a query":
				a.q.row(7)[20] = math.NaN()
			case "a key":
				a.kv.row(7)[20] = math.NaN()
			default:
				a.kv.row(7)[32+20] = math.NaN()
			}
			p.attentionCase(a, kind)
		}
		p.begin("attention with masked keys, score %d", kind)
		a := p.asked(3, 8, []int{3, 20, 40}, false, true)
		for i := range a.bias.x {
			a.bias.x[i] = []float64{0, -1e9, math.Inf(-1)}[p.rng.IntN(3)]
		}
		for _, first := range a.ks[:3] {
			a.bias.x[first] = 0
		}
		p.attentionCase(a, kind)
		p.begin("attention with logits too large for exp, score %d", kind)
		a = p.asked(1, 4, []int{3, 20}, false, true)
		a.q, a.kv = zeros(23, 4), p.random(23, 8)
		for i := range a.bias.x {
			a.bias.x[i] = 500 + float64(i%3)
		}
		p.attentionCase(a, kind)
	}
}
