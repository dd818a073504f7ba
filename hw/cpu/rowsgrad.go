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
	d.sums = grown(d.sums, 2*normParts*cols)
	clear(d.sums)
	d.backward(backward{
		do: (*backward).normGrad, items: normParts, block: 1,
		to: f(dx), from: f(dy), x: f(x), rest: f(residual), by: f(g.Gain), per: d.sums, eps: g.Eps, rows: rows, cols: cols,
	})
	for part := range normParts {
		gains, biases := normSums(d.sums, part, cols)
		if !dgain.Absent() {
			d.set.Add(f(dgain), gains)
		}
		if !dbias.Absent() {
			d.set.Add(f(dbias), biases)
		}
	}
}

// normSums are a part's sums for the gain and for the bias.
func normSums(sums []float32, part, cols int) (gains, biases []float32) {
	return sums[2*part*cols : (2*part+1)*cols], sums[(2*part+1)*cols : (2*part+2)*cols]
}

func (b *backward) normGrad(part, _, thread int) {
	cols := b.cols
	gains, biases := normSums(b.per, part, cols)
	row := b.d.threadRoom(thread, cols)
	for r := b.rows * part / normParts; r < b.rows*(part+1)/normParts; r++ {
		copy(row, b.x[r*cols:(r+1)*cols])
		if b.rest != nil {
			b.d.set.Add(row, b.rest[r*cols:(r+1)*cols])
		}
		b.d.set.LayerNormGrad(b.to[r*cols:(r+1)*cols], gains, biases, b.from[r*cols:(r+1)*cols], row, b.by, b.eps)
	}
}

func (d *device) ScaleGrad(dx, dper, dy, x, perRow hw.Mat) {
	d.backward(backward{
		do: (*backward).scaleGrad, items: dy.Rows, block: chunk,
		to: f(dx), per: f(dper), from: f(dy), x: f(x), by: f(perRow), cols: dy.Cols,
	})
}

func (b *backward) scaleGrad(i, j, _ int) {
	to, from, xs, cols := b.to, b.from, b.x, b.cols
	for r := i; r < j; r++ {
		sum := float32(0)
		for c := r * cols; c < (r+1)*cols; c++ {
			sum += from[c] * xs[c]
		}
		if b.per != nil {
			b.per[r] = sum
		}
		if to == nil {
			continue
		}
		for c := r * cols; c < (r+1)*cols; c++ {
			to[c] = from[c] * b.by[r]
		}
	}
}

func (d *device) Scatter(dx, dy hw.Mat, rows hw.Ints) {
	d.backward(backward{do: (*backward).scatter, items: rows.N, block: chunk, to: f(dx), from: f(dy), list: n(rows), cols: dy.Cols})
}

func (b *backward) scatter(i, j, _ int) {
	for ; i < j; i++ {
		b.d.set.Add(b.to[int(b.list[i])*b.cols:][:b.cols], b.from[i*b.cols:(i+1)*b.cols])
	}
}

func (d *device) CombineGrad(dx, dweights, dy, x hw.Mat, c hw.Combination) {
	if !dweights.Absent() {
		d.backward(backward{
			do: (*backward).combineWeightsGrad, items: dy.Rows, block: chunk,
			to: f(dweights), from: f(dy), x: f(x), offsets: n(c.Offsets), list: n(c.Rows), cols: dy.Cols,
		})
	}
	if dx.Absent() {
		return
	}
	d.backward(backward{
		do: (*backward).combineGrad, items: dy.Cols, block: columns,
		to: f(dx), from: f(dy), by: f(c.Weights), offsets: n(c.Offsets), list: n(c.Rows), rows: dy.Rows, cols: dy.Cols,
	})
}

func (b *backward) combineGrad(first, last, _ int) {
	for i := range b.rows {
		for k := b.offsets[i]; k < b.offsets[i+1]; k++ {
			at := int(b.list[k]) * b.cols
			row, by := b.to[at+first:at+last], b.by[k]
			for j, g := range b.from[i*b.cols+first : i*b.cols+last] {
				row[j] += by * g
			}
		}
	}
}

func (b *backward) combineWeightsGrad(i, j, _ int) {
	for ; i < j; i++ {
		dy := b.from[i*b.cols : (i+1)*b.cols]
		for k := b.offsets[i]; k < b.offsets[i+1]; k++ {
			sum := float32(0)
			for c, x := range b.x[int(b.list[k])*b.cols:][:b.cols] {
				sum += dy[c] * x
			}
			b.to[k] = sum
		}
	}
}
