//go:build cuda && cgo

package cuda

import (
	"ltpbench/hw"
	"ltpbench/pruners"
)

// A signature that drifts from its consumer's would silently move decisions, or the wait for them, to the host.
var (
	_ hw.AsyncReader            = (*device)(nil)
	_ hw.Backward               = (*device)(nil)
	_ pruners.ThresholdSelector = (*device)(nil)
	_ pruners.RelativeSelector  = (*device)(nil)
	_ pruners.BestSelector      = (*device)(nil)
)

// SelectThreshold lists in rows, ascending, the rows of s that are the first of
// their sequence or whose score, divided by heads times a length, is at least bar;
// entries past the end are 0. It writes their offsets to next. The length is the
// sequence's entry of lengths; if that is absent, length; if that is 0, the
// sequence's number of rows. A score that is NaN is an error of Sync.
func (d *device) SelectThreshold(rows, next hw.Ints, scored hw.Mat, s hw.Seqs, lengths hw.Ints, length, heads int, bar float32) {
	fit(lengths.Absent() || lengths.N >= s.Count, "cuda: selection: shapes do not fit")
	d.selectBy("mark_threshold", rows, next, scored, s, list(lengths), uint64(length), uint64(heads), real(bar))
}

// SelectRelative does the same for scores of at least a share of the sequence's highest.
func (d *device) SelectRelative(rows, next hw.Ints, scored hw.Mat, s hw.Seqs, share float32) {
	d.selectBy("mark_relative", rows, next, scored, s, real(share))
}

// SelectBest does the same for the first row of each sequence and the keep-1
// others with the highest scores, of equal ones the earlier; keep is Count×1.
func (d *device) SelectBest(rows, next hw.Ints, scored hw.Mat, s hw.Seqs, keep hw.Mat) {
	fit(keep.Rows >= s.Count, "cuda: selection: shapes do not fit")
	d.selectBy("mark_best", rows, next, scored, s, at(keep))
}

// selectBy runs a rule that has its own arguments.
func (d *device) selectBy(rule string, rows, next hw.Ints, scored hw.Mat, s hw.Seqs, own ...uint64) {
	fit(next.N == s.Count+1 && scored.Rows >= s.Rows, "cuda: selection: shapes do not fit")
	mark, counts := d.room(scratchMarks, 4*s.Rows), d.room(scratchCounts, 4*s.Count)
	args := append([]uint64{mark, counts, d.fault.at, at(scored), list(s.Offsets)}, own...)
	d.launch(rule, grid{s.Count, 1, 1, 128, 1}, args...)
	d.launch("compact", grid{s.Count + 1, 1, 1, 32, 1}, list(rows), uint64(rows.N), list(next), mark, counts, list(s.Offsets), uint64(s.Count))
}
