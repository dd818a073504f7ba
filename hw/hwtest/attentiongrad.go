package hwtest

import "ltpbench/hw"

func attentionGrad(p *probe) {
	longGrad(p)
	for _, l := range [][]int{{1}, {2, 5}, {3, 1, 12}, {24}, {}} {
		for _, h := range [][2]int{{1, 5}, {5, 8}, {1, 64}, {1, 136}} {
			if h[1] > 8 && len(l) != 3 {
				continue // once: a simulated device is slow
			}
			for kind := hw.NoScore; kind <= hw.FromFirst; kind++ {
				for _, rate := range []float32{0, 0.3} {
					p.begin("AttentionGrad of %v, %d heads of %d, score %d, dropout %v", l, h[0], h[1], kind, rate)
					a := p.asked(h[0], h[1], l, false, kind == hw.Received)
					if rate > 0 {
						a.drop, a.keys = hw.Dropout{Rate: rate, Seed: 9}, p.dropKeys(a.q.rows)
					}
					p.attentionGradCase(a, kind, kind != hw.NoScore)
				}
			}
			p.begin("AttentionGrad of %v, %d heads of %d, no gradient into the scores", l, h[0], h[1])
			p.attentionGradCase(p.asked(h[0], h[1], l, false, false), hw.Received, false)
			p.begin("AttentionGrad of first rows of %v, %d heads of %d", l, h[0], h[1])
			p.attentionGradCase(p.asked(h[0], h[1], l, true, false), hw.NoScore, false)
			if h[1] == 5 {
				continue
			}
			for kind, rate := range []float32{hw.NoScore: 0, hw.Received: 0.3, hw.ReceivedFromOthers: 0} {
				kind := hw.ScoreKind(kind)
				p.begin("AttentionGrad of %v, %d heads of %d, score %d, dropout %v, key weights", l, h[0], h[1], kind, rate)
				a := p.asked(h[0], h[1], l, false, rate > 0)
				a.weight = p.keyWeights(a.kv.rows)
				if rate > 0 {
					a.drop, a.keys = hw.Dropout{Rate: rate, Seed: 9}, p.dropKeys(a.q.rows)
				}
				p.attentionGradCase(a, kind, kind != hw.NoScore)
			}
			p.begin("AttentionGrad of first rows of %v, %d heads of %d, key weights", l, h[0], h[1])
			few := p.asked(h[0], h[1], l, true, false)
			few.weight = p.keyWeights(few.kv.rows)
			p.attentionGradCase(few, hw.NoScore, false)
		}
	}
}

// withoutKeys checks that queries', keys' and values' gradients are the same where
// those of biases and weights are not wanted.
func (p *probe) withoutKeys(to hw.AttentionGrads, dy hw.Mat, a *hw.Attention, rows hw.Ints, dscored hw.Mat) {
	dq, dkv := p.out(to.Q.Rows, to.Q.Cols), p.out(to.KV.Rows, to.KV.Cols)
	p.back.AttentionGrad(hw.AttentionGrads{Q: dq, KV: dkv}, dy, a, rows, dscored)
	within := For(p.d.Info().Type).times(16)
	p.near("dq alone", dq, p.read(to.Q), within)
	p.near("dkv alone", dkv, p.read(to.KV), within)
}

// read returns what a matrix holds.
func (p *probe) read(m hw.Mat) mat {
	x := zeros(m.Rows, m.Cols)
	for i, v := range p.floats(m) {
		x.x[i] = float64(v)
	}
	return x
}

// longGrad is for devices that work on many rows at a time.
func longGrad(p *probe) {
	for _, rate := range []float32{0, 0.3} {
		for _, kind := range []hw.ScoreKind{hw.Received, hw.ReceivedFromOthers} {
			p.begin("AttentionGrad of 70 and 130, 1 head of 32, score %d, dropout %v", kind, rate)
			a := p.asked(1, 32, []int{70, 130}, false, rate == 0)
			if rate > 0 {
				a.drop, a.keys = hw.Dropout{Rate: rate, Seed: 9}, p.dropKeys(a.q.rows)
			}
			p.attentionGradCase(a, kind, true)
		}
	}
}

// attentionGradCase checks the gradient through the context of all rows, then of
// some, with or without a gradient into the scores.
func (p *probe) attentionGradCase(a *asked, kind hw.ScoreKind, scored bool) {
	for _, some := range []bool{false, true} {
		a.rows = nil
		on, list := p.attention(a, kind), hw.Ints{}
		if some {
			a.rows = p.living(a.qs)
			list = p.list(a.rows)
		}
		a.run()
		y, dy := p.out(a.context.rows, a.context.cols), p.random(a.context.rows, a.context.cols)
		ds, dscored := mat{}, hw.Mat{}
		if scored {
			ds = p.random(a.kv.rows, 1)
			dscored = p.mat(ds)
		}
		p.d.Scores(on)
		p.d.Context(y, on, list)
		p.want("the context", y, a.context)
		dq, dkv := p.out(a.q.rows, a.q.cols), p.out(a.kv.rows, a.kv.cols)
		to, gy := hw.AttentionGrads{Q: dq, KV: dkv}, p.mat(dy)
		var base [2]mat
		if len(a.bias.x) > 0 {
			base[0] = p.random(a.kv.rows, 1)
			to.KeyBias = p.mat(base[0])
		}
		if len(a.weight.x) > 0 {
			base[1] = p.random(a.kv.rows, 1)
			to.KeyWeight = p.mat(base[1])
		}
		p.back.AttentionGrad(to, gy, on, list, dscored)
		loss := func() float64 {
			a.run()
			sum := dot(a.context, dy)
			if scored {
				sum += dot(a.scored, ds)
			}
			return sum
		}
		p.gradient("dq", dq, a.q, mat{}, loss)
		p.gradient("dkv", dkv, a.kv, mat{}, loss)
		if !to.KeyBias.Absent() {
			p.gradient("the key bias's", to.KeyBias, a.bias, base[0], loss)
			p.withoutKeys(to, gy, on, list, dscored) // a device may then take another way
		}
		if !to.KeyWeight.Absent() {
			p.gradientBy(1e-6, "the key weight's", to.KeyWeight, a.weight, base[1], loss) // where others weigh little it changes fast
			p.withoutKeys(to, gy, on, list, dscored)
		}
		p.end()
	}
}
