package hwtest

import (
	"math"

	"ltpbench/hw"
)

func linearGrad(p *probe) {
	for _, s := range append(linearShapes, [3]int{300, 40, 48}, [3]int{700, 33, 24}) {
		rows, in, out := s[0], s[1], s[2]
		p.begin("LinearGrad %dx%dx%d", rows, in, out)
		x, dy := p.random(rows, in), p.random(rows, out)
		w, bias := p.weights(out, in)
		on := p.back.Trainable(w.float32s(), bias.float32s(), out, in)
		dw0, db0 := p.random(out, in), p.random(1, out)
		dx, dw, db, gy, gx := p.out(rows, in), p.mat(dw0), p.mat(db0), p.mat(dy), p.mat(x)
		p.back.LinearGrad(dx, dw, db, gy, gx, on)
		within := For(p.d.Info().Type).times(8)
		wantDW := plus(dw0, linearOf(turned(dy), turned(x), mat{}))
		wantDB := plus(db0, linearOf(ones(1, rows), turned(dy), mat{}))
		p.near("dx", dx, linearOf(dy, turned(w), mat{}), within)
		p.near("dw", dw, wantDW, within)
		p.near("db", db, wantDB, within)
		if rows*in*out < 6000 {
			loss := func() float64 { return dot(linearOf(x, w, bias), dy) }
			p.gradient("dx", dx, x, mat{}, loss)
			p.gradient("dw", dw, w, dw0, loss)
			p.gradient("db", db, bias, db0, loss)
		}
		p.back.LinearGrad(hw.Mat{}, dw, hw.Mat{}, gy, gx, on)
		p.near("dw added to twice", dw, plus(wantDW, linearOf(turned(dy), turned(x), mat{})), within)
		p.near("db, not wanted the second time", db, wantDB, within)
		again := p.out(rows, in)
		p.back.LinearGrad(again, hw.Mat{}, hw.Mat{}, gy, hw.Mat{Buf: gx.Buf, Off: gx.Off, Rows: rows, Cols: in}, on)
		p.near("dx alone", again, linearOf(dy, turned(w), mat{}), within)
		p.want("dy", gy, dy)
		p.end()
	}
}

func actGrad(p *probe) {
	for _, s := range rowShapes {
		for act := range hw.Acts {
			rows, cols := s[0], s[1]
			p.begin("ActGrad %s %dx%d", acts[act], rows, cols)
			x, dy := p.random(rows, cols), p.random(rows, cols)
			for i, v := range x.x {
				if math.Abs(v) < 2*step {
					x.x[i] = 1 // ReLU has no derivative at 0
				}
			}
			saved := x
			if act != hw.Identity && !act.FromInput() {
				saved = activate(x, act)
			}
			dx, gy := p.out(rows, cols), p.mat(dy)
			p.back.ActGrad(dx, gy, p.mat(saved), act)
			loss := func() float64 { return dot(activate(x, act), dy) }
			p.gradient("dx", dx, x, mat{}, loss)
			p.back.ActGrad(gy, gy, p.mat(saved), act)
			p.same("dx in place of dy", p.floats(gy), p.floats(dx))
			p.end()
		}
	}
	for act := range hw.Acts {
		if act.FromInput() {
			actGradFar(p, act)
		}
	}
}

// actGradFar checks an activation's gradient where it is nearly constant, and that a NaN stays one.
func actGradFar(p *probe, act hw.Act) {
	p.begin("ActGrad %s far from 0", acts[act])
	x := mat{1, 8, []float64{-1000, -20, -6, -4.5, 4.5, 6, 20, 1000}}
	dx := p.out(1, 8)
	p.back.ActGrad(dx, p.mat(ones(1, 8)), p.mat(x), act)
	p.gradient("dx", dx, x, mat{}, func() float64 { return dot(activate(x, act), ones(1, 8)) })
	x.x[3] = math.NaN()
	dx = p.out(1, 8)
	p.back.ActGrad(dx, p.mat(ones(1, 8)), p.mat(x), act)
	if got := p.floats(dx); got[3] == got[3] || got[2] != got[2] || got[4] != got[4] {
		p.fail("a NaN came out as %v", got)
	}
	p.end()
}
