package train

import (
	"ltpbench/hw"
	"ltpbench/model"
)

// room is memory for the gradients of activations, sized by the largest batch.
type room struct {
	x, sum, dropped, mid, context, q, kv, asking, up hw.Mat
	first, dense, logits                             hw.Mat
	embedded                                         hw.Mat // absent without a projection
}

func newRoom(m hw.Memory, c *model.Config, s model.Size) *room {
	row := func(cols int) hw.Mat { return m.Floats(s.Rows, cols) }
	seq := func(cols int) hw.Mat { return m.Floats(s.Seqs, cols) }
	r := &room{
		x: row(c.Width), sum: row(c.Width), dropped: row(c.Width), mid: row(c.Width), context: row(c.Width),
		q: row(c.Width), kv: row(2 * c.Width), asking: row(c.Width), up: row(c.FFN),
		first: seq(c.Width), dense: seq(c.Width), logits: seq(max(1, c.Labels)),
	}
	if c.Projects() {
		r.embedded = row(c.Embedding())
	}
	return r
}

// backward goes through model.Encoder.Forward from its end to its beginning.
// m.logits holds the gradient of the logits, p.rows what objectives have added to
// those of rows; gradients of weights are added up.
func (t *Trainer) backward(p *pass) {
	t.embeddingGrad(p.run, t.layersGrad(p))
}

// layersGrad goes back to the first layer, and returns the gradient of the rows that enter it.
func (t *Trainer) layersGrad(p *pass) hw.Mat {
	d, r, m, c := t.w.d, p.run, t.room, &t.e.Config
	act, dx := c.Act(), t.headGrad(r)
	for i := r.Depth() - 1; i >= 0; i-- {
		a, w, g := r.Activations(i), &t.e.Layers[i], &t.w.g.layers[i]
		p.rowsGrad(d, i+1, dx)
		dscored := p.finishGrad(d, a, dx)

		after := a.Y.Rows
		sum, up, in := m.sum.Top(after), m.up.Top(after), m.mid.Top(after)
		d.NormGrad(sum, g.norm2.w, g.norm2.b, dx, a.Down, a.In, w.Norm2)
		down := r.DropGrad(m.dropped.Top(after), sum, i, model.FeedForwardOutput)
		d.LinearGrad(up, g.down.w, g.down.b, down, a.Up, w.Down)
		saved := a.Up
		if act.FromInput() {
			saved = a.Pre
		}
		d.ActGrad(up, up, saved, act)
		d.LinearGrad(in, g.up.w, g.up.b, up, a.In, w.Up)
		d.Add(in, sum)

		mid := in
		if !a.Merge.Absent() {
			mid = m.x.Top(a.Mid.Rows) // dx is spent
			d.Zero(mid)
			dweights := p.weightsRoom(t.memory, a, a.Merge)
			d.CombineGrad(mid, dweights, in, a.Mid, a.Merge)
			if !dweights.Absent() {
				dscored = p.mergeGrad(d, a, r.View(a), dweights)
			}
		}
		dscored = p.insideGrad(d, a, mid, dscored)
		sum = m.sum.Top(a.Mid.Rows)
		d.NormGrad(sum, g.norm1.w, g.norm1.b, mid, a.Out, a.Residual, w.Norm1)
		out := r.DropGrad(m.dropped.Top(a.Mid.Rows), sum, i, model.AttentionOutput)
		context := m.context.Top(a.Mid.Rows)
		d.LinearGrad(context, g.out.w, g.out.b, out, a.Context, w.Out)

		q, kv := m.q.Top(a.Asking.Rows), m.kv.Top(a.X.Rows)
		into := hw.AttentionGrads{Q: q, KV: kv}
		p.keyGrads(a, &into)
		d.AttentionGrad(into, context, &a.Attention, a.Rows, dscored)
		dx = m.x.Top(a.X.Rows)
		d.LinearGrad(dx, g.keyValue.w, g.keyValue.b, kv, a.X, w.KeyValue)
		asking := m.asking.Top(a.Asking.Rows)
		d.LinearGrad(asking, g.query.w, g.query.b, q, a.Asking, w.Query)
		if a.Rows.Absent() {
			d.Add(asking, sum)
		} else {
			d.Scatter(asking, sum, a.Rows)
		}
		if a.Asking.Rows == a.X.Rows {
			d.Add(dx, asking)
		} else {
			d.Scatter(dx, asking, a.Seqs.Firsts())
		}
		p.hiddenGrad(d, a, dx)
		p.networkGrad(a, dx)
		dx = t.entryGrad(p, a, dx)
	}
	p.rowsGrad(d, 0, dx)
	return dx
}

// embeddingGrad goes on to the tables.
func (t *Trainer) embeddingGrad(r *model.Run, dx hw.Mat) {
	d, m := t.w.d, t.room
	if t.w.g.tables.Word.Absent() {
		return
	}
	if t.e.Project.Out > 0 {
		embedded := r.Embedded()
		narrow := m.embedded.Top(embedded.Rows)
		d.LinearGrad(narrow, t.w.g.project.w, t.w.g.project.b, dx, embedded, t.e.Project)
		dx = narrow
	}
	dx = r.DropGrad(dx, dx, -1, model.EmbeddingOutput)
	ids, positions, segments := r.Lookups()
	d.EmbedGrad(t.w.g.tables, dx, t.e.Tables, ids, positions, segments)
}

// headGrad goes back through the classifier and returns the gradient of the last
// layer's output.
func (t *Trainer) headGrad(r *model.Run) hw.Mat {
	d, m := t.w.d, t.room
	last := r.Activations(r.Depth() - 1)
	count := last.Next.Count
	first, dense, logits := m.first.Top(count), m.dense.Top(count), m.logits.Top(count)
	classified := r.Dense
	if r.Dropout != nil {
		classified = r.Dropped
	}
	d.LinearGrad(dense, t.w.g.classifier.w, t.w.g.classifier.b, logits, classified.Top(count), t.e.Classifier)
	dense = r.DropGrad(dense, dense, -1, model.HeadDense)
	saved, act := r.Dense, t.e.Config.HeadAct()
	if act.FromInput() {
		saved = r.DensePre
	}
	d.ActGrad(dense, dense, saved.Top(count), act)
	d.LinearGrad(first, t.w.g.dense.w, t.w.g.dense.b, dense, r.First.Top(count), t.e.Dense)
	if t.e.Config.HeadInputDropout() {
		first = r.DropGrad(first, first, -1, model.HeadInput)
	}
	dx := m.x.Top(last.Next.Rows)
	d.Zero(dx)
	d.Scatter(dx, first, last.Next.Firsts())
	return dx
}
