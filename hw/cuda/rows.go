//go:build cuda && cgo

package cuda

import "ltpbench/hw"

// fit panics for a shape that does not.
func fit(ok bool, message string) {
	if !ok {
		panic(message)
	}
}

// Embed implements hw.Device. The ids are looked at on the card: what lies outside
// a table is an error of Sync, and nothing is written from then on.
func (d *device) Embed(y hw.Mat, t hw.Tables, ids, positions, segments hw.Ints) {
	fit(ids.N >= y.Rows && positions.N >= y.Rows, "cuda: Embed: fewer ids or positions than rows")
	if y.Rows == 0 {
		return
	}
	if t.Segment.Absent() {
		segments = hw.Ints{}
	}
	d.launch("check_ids", grid{1, 1, 1, 1024, 1}, d.fault.at, list(ids), list(positions), list(segments), uint64(y.Rows),
		uint64(t.Word.Rows), uint64(t.Position.Rows), uint64(t.Segment.Rows))
	low, rounding := d.besides(y)
	d.embed(at(y), y.Rows, y.Cols, t, ids, positions, segments, true, low, rounding)
	d.lowers(y, low)
}

func (d *device) embed(to uint64, rows, cols int, t hw.Tables, ids, positions, segments hw.Ints, normed bool, low, rounding uint64) {
	flag := uint64(0)
	if normed {
		flag = 1
	}
	d.launch("embed", rowGrid(rows), to, d.fault.at, at(t.Word), at(t.Position), at(t.Segment), list(ids), list(positions), list(segments),
		at(t.Norm.Gain), at(t.Norm.Bias), real(t.Norm.Eps), uint64(rows), uint64(cols), flag, low, rounding)
}

// Norm implements hw.Device.
func (d *device) Norm(y, x, residual hw.Mat, n hw.NormWeights) {
	fit(y.Rows == x.Rows && y.Cols == x.Cols && (residual.Absent() || residual.Rows == x.Rows), "cuda: Norm: shapes do not fit")
	low, rounding := d.besides(y)
	d.launch("layer_norm", rowGrid(y.Rows), at(y), at(x), at(residual), at(n.Gain), at(n.Bias), real(n.Eps), uint64(y.Rows), uint64(y.Cols), low, rounding)
	d.lowers(y, low)
}

// Scale implements hw.Device.
func (d *device) Scale(y, x, perRow hw.Mat) {
	fit(y.Rows == x.Rows && y.Cols == x.Cols && perRow.Rows >= y.Rows, "cuda: Scale: shapes do not fit")
	d.launch("scale_rows", rowGrid(y.Rows), at(y), at(x), at(perRow), uint64(y.Rows), uint64(y.Cols))
}

// Gather implements hw.Device.
func (d *device) Gather(y, x hw.Mat, rows hw.Ints) {
	fit(y.Rows == rows.N && y.Cols == x.Cols, "cuda: Gather: shapes do not fit")
	d.launch("gather", rowGrid(y.Rows), at(y), at(x), list(rows), uint64(y.Rows), uint64(y.Cols))
}

// GatherInts implements hw.Device.
func (d *device) GatherInts(y, x, rows hw.Ints, width int) {
	fit(y.N >= rows.N*width, "cuda: GatherInts: shapes do not fit")
	d.launch("gather_ints", elementGrid(rows.N*width), list(y), list(x), list(rows), uint64(rows.N), uint64(width))
}

// Combine implements hw.Device.
func (d *device) Combine(y, x hw.Mat, c hw.Combination) {
	fit(y.Cols == x.Cols && c.Offsets.N == y.Rows+1, "cuda: Combine: shapes do not fit")
	d.launch("combine", rowGrid(y.Rows), at(y), at(x), list(c.Offsets), list(c.Rows), at(c.Weights), uint64(y.Rows), uint64(y.Cols))
}
