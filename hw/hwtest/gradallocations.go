package hwtest

import "ltpbench/hw"

// gradAllocations checks that a training step's operations allocate nothing on the
// host once they have run.
func gradAllocations(p *probe) {
	d, trains := p.device(hw.Options{Threads: 2}).(hw.Backward)
	if !trains {
		p.fail("the device trains, but not with 2 threads")
		return
	}
	const rows, cols = 200, 48
	mat := func(rows, cols int) hw.Mat { return p.matOn(d, p.random(rows, cols)) }
	x, y, dx, dy := mat(rows, cols), mat(rows, cols), mat(rows, cols), mat(rows, cols)
	row, other, one, per, dper, keyed := mat(1, cols), mat(1, cols), mat(1, 1), mat(rows, 1), mat(rows, 1), mat(rows, 1)
	w, bias := p.weights(cols, cols)
	learns, dw := d.Trainable(w.float32s(), bias.float32s(), cols, cols), mat(cols, cols)
	t, ids, positions, kinds := p.embedding(rows, cols, true)
	on, dt := p.tablesOn(d, t), p.tablesOn(d, t)
	lists := [3]hw.Ints{p.listOn(d, ids), p.listOn(d, positions), p.listOn(d, kinds)}
	few := p.listOn(d, []int32{0, 3, 30, 31, 60})
	c := hw.Combination{Offsets: p.listOn(d, []int32{0, 2, 3}), Rows: few.Top(3), Weights: per.Top(3)}
	drop := hw.Dropout{Rate: 0.1, Seed: 1, Keys: p.listOn(d, halves(p.dropKeys(rows)))}
	s := p.seqsOn(d, []int32{0, 30, 31, rows})
	plain := hw.Attention{
		Heads: 4, Q: x, KV: mat(rows, 2*cols), QSeqs: s, Seqs: s, Score: hw.Score{Kind: hw.Received}, Scored: mat(rows, 1), Probs: d.Probs(4, rows*rows),
	}
	dropped := plain
	dropped.Drop, dropped.Probs = drop, d.Probs(4, rows*rows)
	weighted := dropped
	weighted.KeyBias, weighted.KeyWeight = per, dper
	dkv, grads := mat(rows, 2*cols), []hw.Mat{x, dw, row}
	back := func(a *hw.Attention) {
		d.Scores(a)
		d.Context(y, a, hw.Ints{})
		d.AttentionGrad(hw.AttentionGrads{Q: dx, KV: dkv}, dy, a, hw.Ints{}, per)
	}
	p.silent(map[string]func(){
		"LinearGrad":   func() { d.LinearGrad(dx, dw, row, dy, x, learns) },
		"Repack":       func() { d.Repack(learns) },
		"attention":    func() { back(&plain) },
		"with dropout": func() { back(&dropped) },
		"with weights": func() {
			d.Scores(&weighted)
			d.Context(y, &weighted, hw.Ints{})
			d.AttentionGrad(hw.AttentionGrads{Q: dx, KV: dkv, KeyBias: keyed, KeyWeight: keyed}, dy, &weighted, hw.Ints{}, per)
		},
		"ActGrad":      func() { d.ActGrad(dx, dy, x, hw.GELU) },
		"NormGrad":     func() { d.NormGrad(dx, row, other, dy, x, x, on.Norm) },
		"ScaleGrad":    func() { d.ScaleGrad(dx, dper, dy, x, per) },
		"Scatter":      func() { d.Scatter(dx, dy.Top(5), few) },
		"CombineGrad":  func() { d.CombineGrad(dx, dper.Top(3), dy.Top(2), x, c) },
		"softmax grad": func() { d.SequenceSoftmaxGrad(dx, dy, x, s) },
		"EmbedGrad":    func() { d.EmbedGrad(dt, dy, on, lists[0], lists[1], lists[2]) },
		"Dropout":      func() { d.Dropout(y, x, drop) },
		"Zero":         func() { d.Zero(y) },
		"Add":          func() { d.Add(y, x) },
		"CrossEntropy": func() { d.CrossEntropy(one, dx, y, y, 1) },
		"SquaredError": func() { d.SquaredError(one, dx, x, y, 1) },
		"GradNorm":     func() { d.GradNorm(one, grads) },
		"AdamW": func() {
			d.AdamW(dx, dy, x, y, hw.AdamW{Rate: 0.1, Beta1: 0.9, Beta2: 0.99, Eps: 1e-3, Step: 1, Norm: one, Clip: 1})
		},
		"Sync": func() { _ = d.Sync() },
	})
}
