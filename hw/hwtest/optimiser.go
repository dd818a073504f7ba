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
	for _, n := range []int{1, 40, 100_000} {
		p.adamWInTurn(n, hw.AdamW{Rate: 0.1, Beta1: 0.9, Beta2: 0.99, Eps: 1e-3, Decay: 0.5, Step: 2, Clip: 1})
	}
	p.adamW(40, hw.AdamW{Rate: 0.01, Beta1: 0.8, Beta2: 0.999, Eps: 1e-8, Step: 3, Clip: 1})
}

// adamW checks one step by its formula. The norm that is handed over is not the
// gradient's own: it is of all parameters together.
func (p *probe) adamW(n int, s hw.AdamW) {
	p.begin("AdamW of %d, %+v", n, s)
	t := p.learning(n)
	s.Norm = p.mat(mat{1, 1, []float64{adamWNorm}})
	p.step(t, s)
	p.stepped(t, "")
	p.end()
}

// adamWInTurn checks steps that follow one another with equal settings, as an optimiser takes them: of several tensors,
// and of one that has just taken one.
func (p *probe) adamWInTurn(n int, s hw.AdamW) {
	p.begin("AdamW of three tensors of about %d in turn, of the first again", n)
	a, b, c := p.learning(n), p.learning(n+1), p.learning(1)
	s.Norm = p.mat(mat{1, 1, []float64{adamWNorm}})
	for _, t := range []*learning{a, b, c, a} {
		p.step(t, s)
	}
	p.stepped(a, "first ")
	p.stepped(b, "second ")
	p.stepped(c, "third ")
	p.end()
}

// adamWNorm is the norm of all gradients.
const adamWNorm = 20

// learning is a tensor on the device, and what it should be.
type learning struct {
	w, g, m, v     mat
	pw, pg, pm, pv hw.Mat
}

func (p *probe) learning(n int) *learning {
	t := &learning{w: p.random(1, n), g: p.random(1, n), m: p.random(1, n), v: p.random(1, n)}
	for i, x := range t.v.x {
		t.v.x[i] = float64(float32(x * x))
	}
	t.pw, t.pg, t.pm, t.pv = p.mat(t.w), p.mat(t.g), p.mat(t.m), p.mat(t.v)
	return t
}

// step takes a step on the device and by the formula.
func (p *probe) step(t *learning, s hw.AdamW) {
	p.back.AdamW(t.pw, t.pg, t.pm, t.pv, s)
	scale := 1.0
	if s.Clip > 0 {
		scale = math.Min(1, float64(s.Clip)/(adamWNorm+1e-6))
	}
	b1, b2 := float64(s.Beta1), float64(s.Beta2)
	for i, x := range t.g.x {
		x *= scale
		t.m.x[i] = b1*t.m.x[i] + (1-b1)*x
		t.v.x[i] = b2*t.v.x[i] + (1-b2)*x*x
		t.w.x[i] *= 1 - float64(s.Rate)*float64(s.Decay)
		up, down := 1-math.Pow(b1, float64(s.Step)), 1-math.Pow(b2, float64(s.Step))
		t.w.x[i] -= float64(s.Rate) * (t.m.x[i] / up) / (math.Sqrt(t.v.x[i]/down) + float64(s.Eps))
	}
}

func (p *probe) stepped(t *learning, which string) {
	p.want(which+"p", t.pw, t.w)
	p.want(which+"m", t.pm, t.m)
	p.want(which+"v", t.pv, t.v)
	p.want(which+"g", t.pg, t.g)
}
