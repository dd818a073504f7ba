//go:build cuda && cgo

package cuda

import "ltpbench/hw"

// lowered specifies which matrix scratchX holds in 16 bits, so that products that read
// it one after another, or right after the kernel that made it, need no pass of
// their own to cast it. It is forgotten as soon as anything but a product is
// queued, for that may write the matrix; a product never writes its own operand.
type lowered struct {
	of         uint64 // the matrix' address; 0: none
	rows, cols int
}

// narrow reports whether a matrix is kept in 16 bits alone: an operand without
// columns to be filled up, and where 16 bytes can be moved at a time.
func (d *device) narrow(m hw.Mat) bool {
	return m.Operand && d.low() && m.Cols == pitch(m.Cols) && m.Off%4 == 0
}

// operand is a matrix as a product takes it from the left: cast, unless it already is.
func (d *device) operand(x hw.Mat) factor {
	if d.narrow(x) {
		return factor{at: at(x), pitch: x.Cols}
	}
	from, l := at(x), &d.lowered
	if l.of != from || l.cols != x.Cols || l.rows < x.Rows {
		d.castTo(scratchX, from, 0, x.Rows, x.Cols)
		*l = lowered{from, x.Rows, x.Cols}
	}
	return factor{at: d.scratch[scratchX].at, pitch: pitch(x.Cols)}
}

// besides is where a kernel that makes y is to write it in 16 bits too, and how; 0
// where nobody could want that. lowers says afterwards that it did.
func (d *device) besides(y hw.Mat) (at, to uint64) {
	if !d.low() || y.Cols != pitch(y.Cols) {
		return 0, 0
	}
	return d.room(scratchX, 2*y.Rows*y.Cols), attentions[d.o.Type][0].rounding
}

func (d *device) lowers(y hw.Mat, low uint64) {
	if low != 0 {
		d.lowered = lowered{at(y), y.Rows, y.Cols}
	}
}

// castTo casts into the device's own memory of a kind.
func (d *device) castTo(kind int, from, scale uint64, rows, cols int) factor {
	to := d.room(kind, 2*rows*pitch(cols))
	d.cast(to, from, scale, rows, cols)
	return factor{at: to, pitch: pitch(cols)}
}
