package cpu

import (
	"ltpbench/hw"
)

// normParts is into how many parts NormGrad's sums over rows are split: a fixed
// number, so that they do not depend on the number of threads.
const normParts = 8

func (d *device) NormGrad(dx, dgain, dbias, dy, x, residual hw.Mat, g hw.NormWeights) {
	if d.err != nil {
		return
	}
	rows, cols := dy.Rows, dy.Cols
	to, from, xs, rs, gain := f(dx), f(dy), f(x), f(residual), f(g.Gain)
	sums := make([]float32, 2*normParts*cols)
	d.do(func(part, thread int) {
		gains, biases := sums[2*part*cols:(2*part+1)*cols], sums[(2*part+1)*cols:(2*part+2)*cols]
		row := d.room(thread, cols)
		for r := rows * part / normParts; r < rows*(part+1)/normParts; r++ {
			copy(row, xs[r*cols:(r+1)*cols])
			if rs != nil {
				d.set.Add(row, rs[r*cols:(r+1)*cols])
			}
			d.set.LayerNormGrad(to[r*cols:(r+1)*cols], gains, biases, from[r*cols:(r+1)*cols], row, gain, g.Eps)
		}
	}, normParts)
	for part := range normParts {
		if !dgain.Absent() {
			d.set.Add(f(dgain), sums[2*part*cols:(2*part+1)*cols])
		}
		if !dbias.Absent() {
			d.set.Add(f(dbias), sums[(2*part+1)*cols:(2*part+2)*cols])
		}
	}
}

// splitting by columns lets rows that go to one place add up in their order.
const columns = 96

// byColumns runs w for blocks of columns.
func (d *device) byColumns(cols int, w func(from, to int)) {
	d.do(func(part, thread int) { w(part*columns, min(cols, (part+1)*columns)) }, (cols+columns-1)/columns)
}

// byRows runs w for blocks of rows.
func (d *device) byRows(rows int, w func(from, to int)) {
	d.do(func(part, thread int) { w(part*chunk, min(rows, (part+1)*chunk)) }, (rows+chunk-1)/chunk)
}

func (d *device) ScaleGrad(dx, dper, dy, x, perRow hw.Mat) {
	if d.err != nil {
		return
	}
	to, per, from, xs, by, cols := f(dx), f(dper), f(dy), f(x), f(perRow), dy.Cols
	d.byRows(dy.Rows, func(i, j int) {
		for r := i; r < j; r++ {
			sum := float32(0)
			for c := r * cols; c < (r+1)*cols; c++ {
				sum += from[c] * xs[c]
			}
			if per != nil {
				per[r] = sum
			}
			if to == nil {
				continue
			}
			for c := r * cols; c < (r+1)*cols; c++ {
				to[c] = from[c] * by[r]
			}
		}
	})
}

func (d *device) Scatter(dx, dy hw.Mat, rows hw.Ints) {
	if d.err != nil {
		return
	}
	to, from, list, cols := f(dx), f(dy), n(rows), dy.Cols
	d.byRows(len(list), func(i, j int) {
		for ; i < j; i++ {
			d.set.Add(to[int(list[i])*cols:][:cols], from[i*cols:(i+1)*cols])
		}
	})
}

func (d *device) CombineGrad(dx, dy hw.Mat, c hw.Combination) {
	if d.err != nil {
		return
	}
	to, from, cols := f(dx), f(dy), dy.Cols
	offsets, rows, weights := n(c.Offsets), n(c.Rows), f(c.Weights)
	d.byColumns(cols, func(first, last int) {
		for i := range dy.Rows {
			for k := offsets[i]; k < offsets[i+1]; k++ {
				row, by := to[int(rows[k])*cols+first:int(rows[k])*cols+last], weights[k]
				for j, g := range from[i*cols+first : i*cols+last] {
					row[j] += by * g
				}
			}
		}
	})
}

func (d *device) EmbedGrad(dt hw.Tables, dy hw.Mat, t hw.Tables, ids, positions, segments hw.Ints) {
	if d.err != nil {
		return
	}
	rows, cols := dy.Rows, dy.Cols
	w := rowwise{set: d.set, cols: cols, word: f(t.Word), position: f(t.Position), segment: f(t.Segment), ids: n(ids), positions: n(positions), segments: n(segments)}
	if len(d.summed.x) < 2*rows*cols {
		d.summed.x = make([]float32, 2*rows*cols)
	}
	sum := hw.Mat{Buf: &d.summed, Rows: rows, Cols: cols}
	dx := hw.Mat{Buf: &d.summed, Off: rows * cols, Rows: rows, Cols: cols}
	sums, grads := f(sum), f(dx)
	d.byRows(rows, func(i, j int) {
		for ; i < j; i++ {
			w.sumTables(sums[i*cols:(i+1)*cols], i)
		}
	})
	d.NormGrad(dx, dt.Norm.Gain, dt.Norm.Bias, dy, sum, hw.Mat{}, t.Norm)
	word, position, segment := f(dt.Word), f(dt.Position), f(dt.Segment)
	d.byColumns(cols, func(first, last int) {
		d.scatter(word, grads, w.ids, rows, cols, first, last)
		d.scatter(position, grads, w.positions, rows, cols, first, last)
		d.scatter(segment, grads, w.segments, rows, cols, first, last)
	})
}

// scatter adds a block of columns of each row to that of the listed row; rows
// that are listed twice add up in order.
func (d *device) scatter(to, from []float32, list []int32, rows, cols, first, last int) {
	if to == nil {
		return
	}
	for r := range rows {
		d.set.Add(to[int(list[r])*cols+first:int(list[r])*cols+last], from[r*cols+first:r*cols+last])
	}
}
