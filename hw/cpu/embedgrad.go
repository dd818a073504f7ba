package cpu

import "ltpbench/hw"

// EmbedGrad makes the sums of the tables' rows again, goes back through the norm, and
// adds the rows' gradients to those of the tables.
func (d *device) EmbedGrad(dt hw.Tables, dy hw.Mat, t hw.Tables, ids, positions, segments hw.Ints) {
	if d.err != nil {
		return
	}
	rows, cols := dy.Rows, dy.Cols
	d.rows = rowwise{set: d.set, cols: cols, word: f(t.Word), position: f(t.Position), segment: f(t.Segment), ids: n(ids), positions: n(positions), segments: n(segments)}
	d.summed.x = grown(d.summed.x, 2*rows*cols)
	sum := hw.Mat{Buf: &d.summed, Rows: rows, Cols: cols}
	dx := hw.Mat{Buf: &d.summed, Off: rows * cols, Rows: rows, Cols: cols}
	d.backward(backward{do: (*backward).sumTables, items: rows, block: chunk, to: f(sum), cols: cols})
	d.NormGrad(dx, dt.Norm.Gain, dt.Norm.Bias, dy, sum, hw.Mat{}, t.Norm)
	d.addRows(dt.Word, dx, ids)
	d.addRows(dt.Position, dx, positions)
	d.addRows(dt.Segment, dx, segments)
}

func (b *backward) sumTables(i, j, _ int) {
	for ; i < j; i++ {
		b.d.rows.sumTables(b.to[i*b.cols:(i+1)*b.cols], i)
	}
}

// addRows adds each row of dx to the listed row of a table's gradient, unless that is
// absent; rows that are listed twice add up in order.
func (d *device) addRows(table, dx hw.Mat, list hw.Ints) {
	if table.Absent() {
		return
	}
	d.backward(backward{do: (*backward).addRows, items: dx.Cols, block: columns, to: f(table), from: f(dx), list: n(list), rows: dx.Rows, cols: dx.Cols})
}

func (b *backward) addRows(first, last, _ int) {
	for r := range b.rows {
		at := int(b.list[r]) * b.cols
		b.d.set.Add(b.to[at+first:at+last], b.from[r*b.cols+first:r*b.cols+last])
	}
}
