//go:build cuda && cgo

package cuda

import "ltpbench/hw"

// SelectThreshold lists in rows, ascending, the rows of s that are the first of
// their sequence or whose score is at least their sequence's bar (bars is
// Count×1), entries past the end 0, and writes their offsets to next. A score that
// is NaN is an error of Sync.
func (d *device) SelectThreshold(rows, next hw.Ints, scored hw.Mat, s hw.Seqs, bars hw.Mat) {
	d.selectBy("mark_threshold", rows, next, scored, s, bars)
}

// SelectBest does the same for the first row of each sequence and the keep-1
// others with the highest scores, of equal ones the earlier; keep is Count×1.
func (d *device) SelectBest(rows, next hw.Ints, scored hw.Mat, s hw.Seqs, keep hw.Mat) {
	d.selectBy("mark_best", rows, next, scored, s, keep)
}

func (d *device) selectBy(rule string, rows, next hw.Ints, scored hw.Mat, s hw.Seqs, per hw.Mat) {
	fit(next.N == s.Count+1 && scored.Rows >= s.Rows && per.Rows >= s.Count, "cuda: selection: shapes do not fit")
	mark, counts := d.room(scratchMarks, 4*s.Rows), d.room(scratchCounts, 4*s.Count)
	d.set(list(rows), 0, 4*rows.N)
	d.launch(rule, grid{s.Count, 1, 1, 128, 1}, mark, counts, d.fault.at, at(scored), list(s.Offsets), at(per))
	d.launch("scan_counts", grid{1, 1, 1, 1024, 1}, list(next), counts, uint64(s.Count))
	d.launch("compact", grid{s.Count, 1, 1, 32, 1}, list(rows), mark, list(s.Offsets), list(next))
}

// HostSizes marks that the host should learn how many rows are left after a
// selection, by one small copy a layer. Kernels would do with an upper bound, but
// cuBLASLt's products are as large as the host says, and they are most of the
// work: without the copy, dropped rows would be multiplied all the same.
func (d *device) HostSizes() {}
