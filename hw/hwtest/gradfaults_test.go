package hwtest

import "ltpbench/hw"

func init() {
	faults = append(faults, []fault{
		{"forgets to repack", "trainable", func(d hw.Backward) hw.Device { return stale{d} }},
		{"drops by another seed", "dropout", func(d hw.Backward) hw.Device { return otherSeed{d} }},
		{"overwrites gradients of weights", "linear grad", func(d hw.Backward) hw.Device { return overwrites{d} }},
		{"takes ReLU's gradient for all", "act grad", func(d hw.Backward) hw.Device { return wrongAct{d} }},
		{"forgets the residual", "norm grad", func(d hw.Backward) hw.Device { return noResidualGrad{d} }},
		{"leaves out a row in Scatter", "rows grad", func(d hw.Backward) hw.Device { return shortScatter{d} }},
		{"weighs the merge weights' gradient", "rows grad", func(d hw.Backward) hw.Device { return weighed{d} }},
		{"leaves out what the softmax sums", "softmax grad", func(d hw.Backward) hw.Device { return sumless{d} }},
		{"counts a token once", "embed grad", func(d hw.Backward) hw.Device { return once{d} }},
		{"leaves out the score's gradient", "attention grad", func(d hw.Backward) hw.Device { return scoreless{d} }},
		{"goes back without dropout", "attention grad", func(d hw.Backward) hw.Device { return dropless{d} }},
		{"leaves out keys of weight 0", "attention grad", func(d hw.Backward) hw.Device { return weightless{d} }},
		{"overwrites the key bias's gradient", "attention grad", func(d hw.Backward) hw.Device { return biasless{d} }},
		{"takes the sum for the mean", "losses", func(d hw.Backward) hw.Device { return sums{d} }},
		{"never clips", "optimiser", func(d hw.Backward) hw.Device { return clipless{d} }},
		{"counts steps from 2", "optimiser", func(d hw.Backward) hw.Device { return ahead{d} }},
		{"measures the first gradient alone", "optimiser", func(d hw.Backward) hw.Device { return first{d} }},
		{"allocates going back", "grad allocations", func(d hw.Backward) hw.Device { return allocatesBack{d} }},
		{"sums in another order with more threads", "repeatable", func(d hw.Backward) hw.Device { return unsteady{d} }},
	}...)
}

type stale struct{ hw.Backward }

func (stale) Repack(w hw.Weights) {}

type otherSeed struct{ hw.Backward }

func (d otherSeed) Dropout(y, x hw.Mat, drop hw.Dropout) {
	drop.Seed++
	d.Backward.Dropout(y, x, drop)
}

type overwrites struct{ hw.Backward }

func (d overwrites) LinearGrad(dx, dw, db, dy, x hw.Mat, w hw.Weights) {
	if !dw.Absent() {
		d.Zero(dw)
	}
	d.Backward.LinearGrad(dx, dw, db, dy, x, w)
}

type wrongAct struct{ hw.Backward }

func (d wrongAct) ActGrad(dx, dy, saved hw.Mat, act hw.Act) {
	d.Backward.ActGrad(dx, dy, saved, hw.ReLU)
}

type noResidualGrad struct{ hw.Backward }

func (d noResidualGrad) NormGrad(dx, dgain, dbias, dy, x, residual hw.Mat, n hw.NormWeights) {
	d.Backward.NormGrad(dx, dgain, dbias, dy, x, hw.Mat{}, n)
}

type shortScatter struct{ hw.Backward }

func (d shortScatter) Scatter(dx, dy hw.Mat, rows hw.Ints) {
	n := max(0, rows.N-1)
	d.Backward.Scatter(dx, dy.Top(n), rows.Top(n))
}

type weighed struct{ hw.Backward }

func (d weighed) CombineGrad(dx, dweights, dy, x hw.Mat, c hw.Combination) {
	d.Backward.CombineGrad(dx, dweights, dy, x, c)
	if !dweights.Absent() {
		d.Scale(dweights, dweights, c.Weights)
	}
}

type sumless struct{ hw.Backward }

func (d sumless) SequenceSoftmaxGrad(dx, dy, y hw.Mat, s hw.Seqs) {
	g, by := floatsOf(d, dy), floatsOf(d, y)
	for i := range g {
		g[i] *= by[i]
	}
	d.Write(dx, g)
}

type once struct{ hw.Backward }

func (d once) EmbedGrad(dt hw.Tables, dy hw.Mat, t hw.Tables, ids, positions, segments hw.Ints) {
	if n := dy.Rows; n > 1 {
		dy = dy.Top(n - 1)
	}
	d.Backward.EmbedGrad(dt, dy, t, ids, positions, segments)
}

type scoreless struct{ hw.Backward }

func (d scoreless) AttentionGrad(to hw.AttentionGrads, dy hw.Mat, a *hw.Attention, rows hw.Ints, dscored hw.Mat) {
	d.Backward.AttentionGrad(to, dy, a, rows, hw.Mat{})
}

type dropless struct{ hw.Backward }

func (d dropless) AttentionGrad(to hw.AttentionGrads, dy hw.Mat, a *hw.Attention, rows hw.Ints, dscored hw.Mat) {
	as := *a
	as.Drop = hw.Dropout{}
	d.Backward.AttentionGrad(to, dy, &as, rows, dscored)
}

type weightless struct{ hw.Backward }

func (d weightless) AttentionGrad(to hw.AttentionGrads, dy hw.Mat, a *hw.Attention, rows hw.Ints, dscored hw.Mat) {
	if to.KeyWeight.Absent() {
		d.Backward.AttentionGrad(to, dy, a, rows, dscored)
		return
	}
	before, weight := floatsOf(d, to.KeyWeight), floatsOf(d, a.KeyWeight)
	d.Backward.AttentionGrad(to, dy, a, rows, dscored)
	change(d, to.KeyWeight, func(x []float32) {
		for i := range x {
			if weight[i] == 0 {
				x[i] = before[i]
			}
		}
	})
}

type biasless struct{ hw.Backward }

func (d biasless) AttentionGrad(to hw.AttentionGrads, dy hw.Mat, a *hw.Attention, rows hw.Ints, dscored hw.Mat) {
	if !to.KeyBias.Absent() {
		d.Zero(to.KeyBias)
	}
	d.Backward.AttentionGrad(to, dy, a, rows, dscored)
}

type sums struct{ hw.Backward }

func (d sums) CrossEntropy(loss, dlogits, logits, target hw.Mat, weight float32) {
	d.Backward.CrossEntropy(loss, dlogits, logits, target, weight*float32(logits.Rows))
}

type clipless struct{ hw.Backward }

func (d clipless) AdamW(p, g, m, v hw.Mat, s hw.AdamW) {
	s.Clip = 0
	d.Backward.AdamW(p, g, m, v, s)
}

type ahead struct{ hw.Backward }

func (d ahead) AdamW(p, g, m, v hw.Mat, s hw.AdamW) {
	s.Step++
	d.Backward.AdamW(p, g, m, v, s)
}

type first struct{ hw.Backward }

func (d first) GradNorm(norm hw.Mat, grads []hw.Mat) {
	d.Backward.GradNorm(norm, grads[:min(1, len(grads))])
}

type unsteady struct{ hw.Backward }

func (d unsteady) LinearGrad(dx, dw, db, dy, x hw.Mat, w hw.Weights) {
	d.Backward.LinearGrad(dx, dw, db, dy, x, w)
	if !dw.Absent() && d.Info().Threads > 1 {
		change(d, dw, func(x []float32) { x[0] *= 1 + 1.0/(1<<22) })
	}
}

type allocatesBack struct{ hw.Backward }

func (d allocatesBack) Scatter(dx, dy hw.Mat, rows hw.Ints) {
	kept = make([]float32, 8)
	d.Backward.Scatter(dx, dy, rows)
}
