//go:build cuda && cgo

package cuda

import (
	"ltpbench/hw"
)

var _ hw.Backward = (*device)(nil)

// Add implements hw.Device.
func (d *device) Add(y, x hw.Mat) {
	n := y.Rows * y.Cols
	d.launch("add", elementGrid(n), at(y), at(x), uint64(n))
}

// Dropout implements hw.Backward.
func (d *device) Dropout(y, x hw.Mat, drop hw.Dropout) {
	d.launch("dropout", elementGrid(y.Rows*((y.Cols+3)/4)), at(y), at(x), list(drop.Keys), drop.Seed, drop.Bar(), real(1/(1-drop.Rate)), uint64(y.Rows), uint64(y.Cols))
}

// ActGrad implements hw.Backward.
func (d *device) ActGrad(dx, dy, saved hw.Mat, act hw.Act) {
	n := dx.Rows * dx.Cols
	d.launch("act_grad", elementGrid(n), at(dx), at(dy), at(saved), uint64(n), uint64(act))
}

// NormGrad implements hw.Backward.
func (d *device) NormGrad(dx, dgain, dbias, dy, x, residual hw.Mat, n hw.NormWeights) {
	d.normGrad(at(dx), at(dgain), at(dbias), at(dy), at(x), at(residual), n, dy.Rows, dy.Cols)
}

// normGrad sums over rows before it writes dx, which may be dy.
func (d *device) normGrad(dx, dgain, dbias, dy, x, residual uint64, n hw.NormWeights, rows, cols int) {
	if rows == 0 {
		return
	}
	stats := d.room(scratchStats, 8*rows)
	d.launch("norm_stats", rowGrid(rows), stats, x, residual, real(n.Eps), uint64(rows), uint64(cols))
	if dgain != 0 {
		d.launch("gain_grad", columnGrid(cols), dgain, dy, x, residual, stats, uint64(rows), uint64(cols))
	}
	if dbias != 0 {
		d.launch("column_sum", columnGrid(cols), dbias, dy, uint64(rows), uint64(cols))
	}
	d.launch("norm_grad", rowGrid(rows), dx, dy, x, residual, at(n.Gain), stats, uint64(rows), uint64(cols))
}

// ScaleGrad implements hw.Backward.
func (d *device) ScaleGrad(dx, dper, dy, x, perRow hw.Mat) {
	d.launch("scale_grad", rowGrid(dy.Rows), at(dx), at(dper), at(dy), at(x), at(perRow), uint64(dy.Rows), uint64(dy.Cols))
}

// Scatter implements hw.Backward.
func (d *device) Scatter(dx, dy hw.Mat, rows hw.Ints) {
	d.launch("scatter", rowGrid(rows.N), at(dx), at(dy), list(rows), uint64(rows.N), uint64(dy.Cols))
}

// CombineGrad implements hw.Backward.
func (d *device) CombineGrad(dx, dweights, dy, x hw.Mat, c hw.Combination) {
	if !dweights.Absent() {
		d.launch("combine_weights_grad", rowGrid(dy.Rows), at(dweights), at(dy), at(x), list(c.Offsets), list(c.Rows), uint64(dy.Rows), uint64(dy.Cols))
	}
	if dx.Absent() {
		return
	}
	d.launch("combine_grad", rowGrid(dx.Rows), at(dx), at(dy), list(c.Offsets), list(c.Rows), at(c.Weights), uint64(dx.Rows), uint64(dy.Rows), uint64(dx.Cols))
}

// fewKinds is up to how many rows a table is summed with a block row for each.
const fewKinds = 16

// EmbedGrad implements hw.Backward.
func (d *device) EmbedGrad(dt hw.Tables, dy hw.Mat, t hw.Tables, ids, positions, segments hw.Ints) {
	rows, cols := dy.Rows, dy.Cols
	if rows == 0 {
		return
	}
	sum := d.room(scratchEmbed, 8*rows*cols)
	dx := sum + 4*uint64(rows*cols)
	d.embed(sum, rows, cols, t, ids, positions, segments, false, 0, 0)
	d.normGrad(dx, at(dt.Norm.Gain), at(dt.Norm.Bias), at(dy), sum, 0, t.Norm, rows, cols)
	for _, of := range []struct {
		table hw.Mat
		ids   hw.Ints
	}{{dt.Word, ids}, {dt.Position, positions}, {dt.Segment, segments}} {
		switch {
		case of.table.Absent():
		case of.table.Rows <= fewKinds:
			g := columnGrid(cols)
			g.y = of.table.Rows
			d.launch("kinds_grad", g, at(of.table), dx, list(of.ids), uint64(rows), uint64(cols))
		default:
			d.launch("table_grad", rowGrid(rows), at(of.table), dx, list(of.ids), uint64(rows), uint64(cols))
		}
	}
}

// CrossEntropy implements hw.Backward.
func (d *device) CrossEntropy(loss, dlogits, logits, target hw.Mat, weight float32) {
	if logits.Rows > 0 {
		d.launch("cross_entropy", oneBlock, at(loss), at(dlogits), at(logits), at(target), real(weight), uint64(logits.Rows), uint64(logits.Cols))
	}
}

// SquaredError implements hw.Backward.
func (d *device) SquaredError(loss, dx, x, target hw.Mat, weight float32) {
	if n := x.Rows * x.Cols; n > 0 {
		d.launch("squared_error", oneBlock, at(loss), at(dx), at(x), at(target), real(weight), uint64(n))
	}
}
