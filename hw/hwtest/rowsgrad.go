package hwtest

import "ltpbench/hw"

func normGrad(p *probe) {
	for _, s := range rowShapes {
		for _, with := range []bool{false, true} {
			rows, cols := s[0], s[1]
			if cols == 1 {
				continue // normalised away
			}
			p.begin("NormGrad %dx%d, residual %v", rows, cols, with)
			const eps = 1e-2
			x, residual, rest, dy := p.random(rows, cols), mat{}, hw.Mat{}, p.random(rows, cols)
			if with {
				residual = p.random(rows, cols)
				rest = p.mat(residual)
			}
			gain, bias, dgain0, dbias0 := p.random(1, cols), p.random(1, cols), p.random(1, cols), p.random(1, cols)
			n := hw.NormWeights{Gain: p.mat(gain), Bias: p.mat(bias), Eps: eps}
			dx, dgain, dbias, gy, gx := p.out(rows, cols), p.mat(dgain0), p.mat(dbias0), p.mat(dy), p.mat(x)
			p.back.NormGrad(dx, dgain, dbias, gy, gx, rest, n)
			loss := func() float64 { return dot(normOf(x, residual, gain, bias, eps), dy) }
			p.gradient("dx", dx, x, mat{}, loss)
			p.gradient("dgain", dgain, gain, dgain0, loss)
			p.gradient("dbias", dbias, bias, dbias0, loss)
			again := p.out(rows, cols)
			p.back.NormGrad(again, hw.Mat{}, hw.Mat{}, gy, gx, rest, n)
			p.same("dx alone", p.floats(again), p.floats(dx))
			p.want("dy", gy, dy)
			p.end()
		}
	}
}

func rowsGrad(p *probe) {
	for _, s := range rowShapes {
		rows, cols := s[0], s[1]
		x, by, dy := p.random(rows, cols), p.random(rows, 1), p.random(rows, cols)

		p.begin("ScaleGrad %dx%d", rows, cols)
		dx, dper, gy, gx := p.out(rows, cols), p.out(rows, 1), p.mat(dy), p.mat(x)
		p.back.ScaleGrad(dx, dper, gy, gx, p.mat(by))
		loss := func() float64 {
			y := x.copy()
			for i := range y.x {
				y.x[i] *= by.x[i/cols]
			}
			return dot(y, dy)
		}
		p.gradient("dx", dx, x, mat{}, loss)
		p.gradient("dper", dper, by, mat{}, loss)
		p.back.ScaleGrad(gy, hw.Mat{}, gy, gx, p.mat(by))
		p.same("dx in place of dy", p.floats(gy), p.floats(dx))
		p.end()

		p.begin("Zero and Add %dx%d", rows, cols)
		y := p.mat(x)
		p.back.Add(y, p.mat(dy))
		p.want("y += x", y, plus(x, dy))
		p.back.Zero(y)
		p.want("y = 0", y, zeros(rows, cols))
		p.end()

		p.scatters(x)
		p.combineGrads(x)
	}
}

func (p *probe) scatters(x mat) {
	list := []int32{}
	if x.rows > 0 {
		list = p.subset(x.rows)
	}
	p.begin("Scatter %d to %dx%d", len(list), x.rows, x.cols)
	dy, base := p.random(len(list), x.cols), p.random(x.rows, x.cols)
	dx := p.mat(base)
	p.back.Scatter(dx, p.mat(dy), p.list(list))
	p.gradient("dx", dx, x, base, func() float64 { return dot(gatherOf(x, list), dy) })
	p.end()
}

func (p *probe) combineGrads(x mat) {
	offsets, list, weights := p.combination(x.rows)
	p.begin("CombineGrad %dx%d", x.rows, x.cols)
	dy, base := p.random(len(offsets)-1, x.cols), p.random(x.rows, x.cols)
	dx, dweights, gx, gy := p.mat(base), p.out(len(list), 1), p.mat(x), p.mat(dy)
	c := hw.Combination{Offsets: p.list(offsets), Rows: p.list(list), Weights: p.mat(weights)}
	p.back.CombineGrad(dx, dweights, gy, gx, c)
	loss := func() float64 { return dot(combineOf(x, offsets, list, weights), dy) }
	p.gradient("dx", dx, x, base, loss)
	p.gradient("dweights", dweights, weights, mat{}, loss)
	alone, again := p.mat(base), p.out(len(list), 1)
	p.back.CombineGrad(alone, hw.Mat{}, gy, hw.Mat{}, c)
	p.same("dx alone", p.floats(alone), p.floats(dx))
	p.back.CombineGrad(hw.Mat{}, again, gy, gx, c)
	p.same("dweights alone", p.floats(again), p.floats(dweights))
	p.want("x", gx, x)
	p.want("dy", gy, dy)
	p.end()
}

func embedGrad(p *probe) {
	for _, s := range rowShapes {
		for _, segments := range []bool{false, true} {
			rows, cols := s[0], s[1]
			if cols == 1 {
				continue
			}
			p.begin("EmbedGrad %dx%d, segments %v", rows, cols, segments)
			t, ids, positions, kinds := p.embedding(rows, cols, segments)
			dy, list := p.random(rows, cols), hw.Ints{}
			if segments {
				list = p.list(kinds)
			}
			base := tables{word: p.random(11, cols), position: p.random(7, cols), gain: p.random(1, cols), bias: p.random(1, cols)}
			if segments {
				base.segment = p.random(2, cols)
			}
			dt, on, gy := p.tables(base), p.tables(t), p.mat(dy)
			p.back.EmbedGrad(dt, gy, on, p.list(ids), p.list(positions), list)
			loss := func() float64 { return dot(embedOf(t, ids, positions, kinds), dy) }
			p.gradient("word", dt.Word, t.word, base.word, loss)
			p.gradient("position", dt.Position, t.position, base.position, loss)
			if segments {
				p.gradient("segment", dt.Segment, t.segment, base.segment, loss)
			}
			p.gradient("gain", dt.Norm.Gain, t.gain, base.gain, loss)
			p.gradient("bias", dt.Norm.Bias, t.bias, base.bias, loss)

			frozen := hw.Tables{Position: p.mat(base.position)}
			p.back.EmbedGrad(frozen, gy, on, p.list(ids), p.list(positions), list)
			p.same("position alone", p.floats(frozen.Position), p.floats(dt.Position))
			p.end()
		}
	}
}
