package hwtest

import (
	"fmt"
	"math/rand/v2"

	"ltpbench/hw"
)

// repeatable checks that gradients have the same bits each time and with any
// number of threads.
func repeatable(p *probe) {
	var first [][]float32
	for _, threads := range []int{1, 1, 2, 3} {
		d, ok := p.device(hw.Options{Threads: threads}).(hw.Backward)
		if !ok {
			p.fail("with %d threads the device does not train", threads)
			return
		}
		got := backward(p, d)
		if first == nil {
			first = got
		}
		p.begin("gradients with %d threads", threads)
		for i, x := range got {
			p.same(fmt.Sprintf("gradient %d", i), x, first[i])
		}
	}
}

// backward runs every gradient on the same numbers and returns them all.
func backward(p *probe, d hw.Backward) (all [][]float32) {
	r := rand.New(rand.NewPCG(seed, 1))
	const rows, width, wide = 171, 48, 100
	in := func(rows, cols int) hw.Mat { return p.matOn(d, random(r, rows, cols, 1)) }
	out := func(rows, cols int) hw.Mat { return p.matOn(d, zeros(rows, cols)) }
	read := func(list ...hw.Mat) {
		for _, m := range list {
			all = append(all, floatsOf(d, m))
		}
	}
	keys := make([]uint64, rows)
	for i := range keys {
		keys[i] = r.Uint64()
	}
	drop := hw.Dropout{Rate: 0.2, Seed: 5, Keys: p.listOn(d, halves(keys))}

	x, dy, dx, w := in(rows, width), in(rows, wide), out(rows, width), random(r, wide, width, 0.2)
	dw, db := out(wide, width), out(1, wide)
	t := d.Trainable(w.float32s(), nil, wide, width)
	d.LinearGrad(dx, dw, db, dy, x, t)
	d.AdamW(t.W, dw, out(wide, width), out(wide, width), hw.AdamW{Rate: 0.1, Beta1: 0.9, Beta2: 0.99, Eps: 1e-8, Step: 1})
	d.Repack(t)
	y := out(rows, wide)
	d.Linear(y, x, t, hw.GELU, hw.Mat{})
	norm := out(1, 1)
	d.GradNorm(norm, []hw.Mat{dw, db, dy, y})
	read(dx, dw, db, t.W, y, norm)

	s := p.seqsOn(d, []int32{0, 60, 61, 100, rows})
	a := &hw.Attention{
		Heads: 6, Q: in(rows, width), KV: in(rows, 2*width), QSeqs: s, Seqs: s, Drop: drop, Score: hw.Score{Kind: hw.Received},
		Scored: out(rows, 1), Probs: d.Probs(6, 60*60+1+39*39+71*71),
	}
	context, dq, dkv := out(rows, width), out(rows, width), out(rows, 2*width)
	d.Scores(a)
	d.Context(context, a, hw.Ints{})
	d.AttentionGrad(hw.AttentionGrads{Q: dq, KV: dkv}, in(rows, width), a, hw.Ints{}, in(rows, 1))
	read(context, a.Scored, dq, dkv)
	a.KeyBias, a.KeyWeight = in(rows, 1), p.matOn(d, weightsOf(r, rows))
	dbias, dweight := out(rows, 1), out(rows, 1)
	d.Scores(a)
	d.Context(context, a, hw.Ints{})
	d.AttentionGrad(hw.AttentionGrads{Q: dq, KV: dkv, KeyBias: dbias, KeyWeight: dweight}, in(rows, width), a, hw.Ints{}, in(rows, 1))
	read(context, a.Scored, dq, dkv, dbias, dweight)

	gain, bias := out(1, width), out(1, width)
	n := hw.NormWeights{Gain: in(1, width), Bias: in(1, width), Eps: 1e-5}
	sum, per := out(rows, width), out(rows, 1)
	d.NormGrad(sum, gain, bias, in(rows, width), in(rows, width), in(rows, width), n)
	d.ScaleGrad(dx, per, sum, x, in(rows, 1))
	d.Dropout(dx, dx, drop)
	read(sum, gain, bias, per, dx)
	shares, dshares := out(rows, width), out(rows, width)
	d.SequenceSoftmax(shares, x, s)
	d.SequenceSoftmaxGrad(dshares, sum, shares, s)
	few := hw.Combination{Offsets: p.listOn(d, []int32{0, 40, 41, rows}), Rows: p.listOn(d, make([]int32, rows)), Weights: per}
	dweights := out(rows, 1)
	d.CombineGrad(dshares, dweights, sum.Top(3), x, few)
	read(shares, dshares, dweights)

	ids, places := make([]int32, rows), make([]int32, rows)
	for i := range rows {
		ids[i], places[i] = int32(r.IntN(5)), int32(i%60)
	}
	table := hw.Tables{Word: in(5, width), Position: in(60, width), Norm: n}
	dt := hw.Tables{Word: out(5, width), Position: out(60, width), Norm: hw.NormWeights{Gain: out(1, width), Bias: out(1, width)}}
	d.EmbedGrad(dt, sum, table, p.listOn(d, ids), p.listOn(d, places), hw.Ints{})
	loss := out(1, 1)
	d.SquaredError(loss, dx, x, sum, 1)
	read(dt.Word, dt.Position, dt.Norm.Gain, dt.Norm.Bias, loss, dx)
	return all
}
