package hwtest

import "ltpbench/hw"

// operands checks a layer's products and its attention where what lies between them
// is promised to be read by them alone, so that a device may keep it in its compute type.
func operands(p *probe) {
	for _, c := range []struct {
		lengths      []int
		heads, width int
	}{{[]int{3, 1, 17, 40}, 3, 8}, {[]int{70}, 2, 32}, {[]int{12, 33}, 2, 20}, {[]int{5, 66}, 1, 64}, {[]int{9, 40}, 1, 128}, {[]int{2, 20}, 1, 136}, {[]int{4}, 1, 5}} {
		for _, kind := range []hw.ScoreKind{hw.NoScore, hw.Received} {
			p.operandsCase(c.lengths, c.heads, c.width, kind)
		}
	}
}

func (p *probe) operandsCase(lengths []int, heads, width int, kind hw.ScoreKind) {
	cols, tolerance := heads*width, For(p.d.Info().Type).times(8) // several roundings, one after the other
	p.begin("operands of %v, %d heads of %d, score %d", lengths, heads, width, kind)
	weights := func(out, in int) (mat, mat, hw.Weights) {
		w, bias := p.weights(out, in)
		return w, bias, p.d.Pack(w.float32s(), bias.float32s(), out, in)
	}
	operand := func(rows, cols int) hw.Mat { return p.d.Floats(rows, cols).AsOperand() }
	offsets := offsetsOf(lengths)
	n := int(offsets[len(lengths)])
	x := p.random(n, cols)
	on := p.mat(x)

	wq, bq, query := weights(cols, cols)
	wkv, bkv, keyValue := weights(2*cols, cols)
	wo, bo, out := weights(cols, cols)
	a := &asked{heads: heads, qs: offsets, ks: offsets, score: kind, q: linearOf(x, wq, bq), kv: linearOf(x, wkv, bkv)}
	attention := &hw.Attention{
		Heads: heads, Q: operand(n, cols), KV: operand(n, 2*cols), QSeqs: p.seqs(offsets), Seqs: p.seqs(offsets),
		Score: hw.Score{Kind: kind}, Probs: p.d.Probs(heads, pairs(offsets, offsets)),
	}
	if kind != hw.NoScore {
		attention.Scored = p.out(n, 1)
	}
	p.d.Linear(attention.Q, on, query, hw.Identity, hw.Mat{})
	p.d.Linear(attention.KV, on, keyValue, hw.Identity, hw.Mat{})
	p.d.Scores(attention)
	a.rows = p.living(offsets)
	a.run()
	context, y := operand(len(a.rows), cols), p.out(len(a.rows), cols)
	p.d.Context(context, attention, p.list(a.rows))
	p.d.Linear(y, context, out, hw.Identity, hw.Mat{})
	if kind != hw.NoScore {
		p.near("the score", attention.Scored, a.scored, tolerance)
	}
	p.near("the product of the context", y, linearOf(a.context, wo, bo), tolerance)

	wu, bu, up := weights(4*cols, cols)
	wd, bd, down := weights(cols, 4*cols)
	between, z := operand(n, 4*cols), p.out(n, cols)
	p.d.Linear(between, on, up, hw.GELU, hw.Mat{})
	p.d.Linear(z, between, down, hw.Identity, hw.Mat{})
	p.near("the product of the activation", z, linearOf(activate(linearOf(x, wu, bu), hw.GELU), wd, bd), tolerance)
	p.end()
}
