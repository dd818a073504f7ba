package hwtest

import (
	"math"

	"ltpbench/hw"
)

func optimiser(p *probe) {
	p.begin("GradNorm")
	a, b, c := p.random(1, 1), p.random(40, 24), p.random(300, 700)
	norm := p.out(1, 1)
	want := math.Sqrt(dot(a, a) + dot(b, b) + dot(c, c))
	p.back.GradNorm(norm, []hw.Mat{p.mat(a), p.mat(b), p.mat(c)})
	p.want("of three", norm, mat{1, 1, []float64{want}})
	p.back.GradNorm(norm, nil)
	p.want("of none", norm, zeros(1, 1))
	b.x[3] = math.NaN()
	p.back.GradNorm(norm, []hw.Mat{p.mat(a), p.mat(b)})
	p.want("of NaN", norm, mat{1, 1, []float64{math.NaN()}})
	p.end()

	for _, n := range []int{1, 5, 16, 33, 1000, 100_000} {
		for _, clip := range []float32{0, 1, 50} {
			for _, at := range []int{1, 2, 40} {
				p.adamW(n, hw.AdamW{Rate: 0.1, Beta1: 0.9, Beta2: 0.99, Eps: 1e-3, Decay: 0.5, Step: at, Clip: clip})
			}
		}
	}
	p.adamW(40, hw.AdamW{Rate: 0.01, Beta1: 0.8, Beta2: 0.999, Eps: 1e-8, Step: 3, Clip: 1})
}

// adamW checks one step by its formula. The norm that is handed over is not the
// gradient's own: it is of all parameters together.
func (p *probe) adamW(n int, s hw.AdamW) {
	p.begin("AdamW of %d, %+v", n, s)
	w, g, m, v := p.random(1, n), p.random(1, n), p.random(1, n), p.random(1, n)
	for i, x := range v.x {
		v.x[i] = float64(float32(x * x))
	}
	const norm = 20
	pw, pg, pm, pv := p.mat(w), p.mat(g), p.mat(m), p.mat(v)
	s.Norm = p.mat(mat{1, 1, []float64{norm}})
	p.back.AdamW(pw, pg, pm, pv, s)
	scale := 1.0
	if s.Clip > 0 {
		scale = math.Min(1, float64(s.Clip)/(norm+1e-6))
	}
	b1, b2 := float64(s.Beta1), float64(s.Beta2)
	for i, x := range g.x {
		x *= scale
		m.x[i] = b1*m.x[i] + (1-b1)*x
		v.x[i] = b2*v.x[i] + (1-b2)*x*x
		w.x[i] *= 1 - float64(s.Rate)*float64(s.Decay)
		up, down := 1-math.Pow(b1, float64(s.Step)), 1-math.Pow(b2, float64(s.Step))
		w.x[i] -= float64(s.Rate) * (m.x[i] / up) / (math.Sqrt(v.x[i]/down) + float64(s.Eps))
	}
	p.want("p", pw, w)
	p.want("m", pm, m)
	p.want("v", pv, v)
	p.want("g", pg, g)
	p.end()
}
