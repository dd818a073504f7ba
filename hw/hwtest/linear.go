package hwtest

import (
	"math"

	"ltpbench/hw"
)

// shapes of a Linear: rows, in, out.
var linearShapes = [][3]int{
	{1, 1, 1}, {1, 24, 40}, {2, 40, 24}, {5, 5, 3}, {12, 104, 2}, {13, 24, 104}, {24, 40, 1}, {33, 104, 130}, {130, 24, 33}, {150, 384, 100}, {0, 24, 40},
}

var acts = map[hw.Act]string{hw.Identity: "identity", hw.GELU: "GELU", hw.Tanh: "tanh", hw.ReLU: "ReLU",
	hw.GELUTanh: "GELU by tanh", hw.QuickGELU: "quick GELU", hw.SiLU: "SiLU"}

// weights returns a Linear's reference matrix and bias, so that its outputs are
// about 1 in size.
func (p *probe) weights(out, in int) (w, bias mat) {
	return random(p.rng, out, in, 1/math.Sqrt(float64(in))), random(p.rng, 1, out, 1)
}

func linear(p *probe) {
	for _, s := range linearShapes {
		rows, in, out := s[0], s[1], s[2]
		for act := range hw.Acts {
			x := p.random(rows, in)
			w, bias := p.weights(out, in)
			p.linearCase(x, w, bias, p.d.Pack(w.float32s(), bias.float32s(), out, in), act)
			if act == hw.Identity {
				p.linearCase(x, w, mat{}, p.d.Pack(w.float32s(), nil, out, in), act)
			}
		}
	}
}

func (p *probe) linearCase(x, w, bias mat, packed hw.Weights, act hw.Act) {
	p.begin("Linear %dx%dx%d, bias %v, %s", x.rows, x.cols, w.rows, len(bias.x) > 0, acts[act])
	if packed.In != w.cols || packed.Out != w.rows {
		p.fail("the weights say %d to %d", packed.In, packed.Out)
	}
	sum := linearOf(x, w, bias)
	in := p.mat(x)
	y, y2, pre := p.out(x.rows, w.rows), p.out(x.rows, w.rows), p.out(x.rows, w.rows)
	p.d.Linear(y, in, packed, act, hw.Mat{})
	p.d.Linear(y2, in, packed, act, pre)
	p.want("y", y, activate(sum, act))
	p.want("y with pre", y2, activate(sum, act))
	p.want("pre", pre, sum)
	p.want("x", in, x)
	p.end()
}

// trainable checks that learning weights multiply as others do, and that Repack
// follows the masters.
func trainable(p *probe) {
	for _, s := range linearShapes {
		rows, in, out := s[0], s[1], s[2]
		x := p.random(rows, in)
		w, bias := p.weights(out, in)
		t := p.back.Trainable(w.float32s(), bias.float32s(), out, in)
		p.begin("masters of %dx%d", out, in)
		p.want("W", t.W, w)
		p.want("Bias", t.Bias, bias)
		p.linearCase(x, w, bias, t, hw.GELU)
		w, bias = p.weights(out, in)
		p.d.Write(t.W, w.float32s())
		p.d.Write(t.Bias, bias.float32s())
		p.back.Repack(t)
		p.linearCase(x, w, bias, t, hw.Identity)
	}
	w, _ := p.weights(3, 4)
	p.linearCase(p.random(2, 4), w, mat{}, p.back.Trainable(w.float32s(), nil, 3, 4), hw.Identity)
}
