package cpu

import (
	"ltpbench/hw"
	"ltpbench/hw/cpu/simd"
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
				simd.Add(row, rs[r*cols:(r+1)*cols])
			}
			simd.LayerNormGrad(to[r*cols:(r+1)*cols], gains, biases, from[r*cols:(r+1)*cols], row, gain, g.Eps)
		}
	}, normParts)
	for part := range normParts {
		if !dgain.Absent() {
			simd.Add(f(dgain), sums[2*part*cols:(2*part+1)*cols])
		}
		if !dbias.Absent() {
			simd.Add(f(dbias), sums[(2*part+1)*cols:(2*part+2)*cols])
		}
	}
}

func (d *device) ScaleGrad(dx, dper, dy, x, perRow hw.Mat) {
	to, per, from, xs, by, cols := f(dx), f(dper), f(dy), f(x), f(perRow), dy.Cols
	for r := range dy.Rows {
		sum := float32(0)
		for j := r * cols; j < (r+1)*cols; j++ {
			g := from[j]
			sum += g * xs[j]
			to[j] = g * by[r]
		}
		per[r] = sum
	}
}

func (d *device) Scatter(dx, dy hw.Mat, rows hw.Ints) {
	to, from, cols := f(dx), f(dy), dy.Cols
	for i, r := range n(rows) {
		simd.Add(to[int(r)*cols:(int(r)+1)*cols], from[i*cols:(i+1)*cols])
	}
}

func (d *device) CombineGrad(dx, dy hw.Mat, c hw.Combination) {
	to, from, cols := f(dx), f(dy), dy.Cols
	offsets, rows, weights := n(c.Offsets), n(c.Rows), f(c.Weights)
	for i := range dy.Rows {
		for k := offsets[i]; k < offsets[i+1]; k++ {
			row := to[int(rows[k])*cols:][:cols]
			for j, g := range from[i*cols : (i+1)*cols] {
				row[j] += weights[k] * g
			}
		}
	}
}

func (d *device) EmbedGrad(dt hw.Tables, dy hw.Mat, t hw.Tables, ids, positions, segments hw.Ints) {
	if d.err != nil {
		return
	}
	cols := dy.Cols
	w := rowwise{cols: cols, word: f(t.Word), position: f(t.Position), segment: f(t.Segment), ids: n(ids), positions: n(positions), segments: n(segments)}
	sum := d.Floats(dy.Rows, cols)
	for r := range dy.Rows {
		w.sumTables(f(sum)[r*cols:(r+1)*cols], r)
	}
	dx := d.Floats(dy.Rows, cols)
	d.NormGrad(dx, dt.Norm.Gain, dt.Norm.Bias, dy, sum, hw.Mat{}, t.Norm)
	for _, table := range []struct {
		to   hw.Mat
		rows []int32
	}{{dt.Word, w.ids}, {dt.Position, w.positions}, {dt.Segment, w.segments}} {
		to := f(table.to)
		for r := 0; r < dy.Rows && to != nil; r++ {
			at := int(table.rows[r]) * cols
			simd.Add(to[at:at+cols], f(dx)[r*cols:(r+1)*cols])
		}
	}
}
