//go:build cuda && cgo

package cuda

import "ltpbench/hw"

// sequenceGrid gives each sequence's columns 16 threads.
func sequenceGrid(s hw.Seqs, cols int) grid { return grid{s.Count, (cols + 31) / 32, 1, 32, 16} }

// SequenceSoftmax implements hw.Device.
func (d *device) SequenceSoftmax(y, x hw.Mat, s hw.Seqs) {
	fit(y.Rows == x.Rows && y.Cols == x.Cols, "cuda: SequenceSoftmax: shapes do not fit")
	d.launch("sequence_softmax", sequenceGrid(s, y.Cols), at(y), at(x), list(s.Offsets), uint64(y.Cols))
}

// SequenceSoftmaxGrad implements hw.Backward.
func (d *device) SequenceSoftmaxGrad(dx, dy, y hw.Mat, s hw.Seqs) {
	fit(dx.Cols == y.Cols && dy.Cols == y.Cols, "cuda: SequenceSoftmaxGrad: shapes do not fit")
	d.launch("sequence_softmax_grad", sequenceGrid(s, y.Cols), at(dx), at(dy), at(y), list(s.Offsets), uint64(y.Cols))
}
