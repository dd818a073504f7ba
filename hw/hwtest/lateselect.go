package hwtest

import (
	"slices"

	"ltpbench/hw"
)

// SelectThreshold keeps the rows of s that are the first of their sequence or
// whose score, divided by heads times a length, is at least bar: the sequence's
// entry of lengths, or length, or if that is 0 its number of rows. It writes the
// kept rows to rows, ascending, entries past the end 0, and their offsets to next.
func (l *LateDevice) SelectThreshold(rows, next hw.Ints, scored hw.Mat, s hw.Seqs, lengths hw.Ints, length, heads int, bar float32) {
	each := make([]int32, s.Count)
	l.later(func() {
		for b := range each {
			each[b] = int32(length)
		}
		if !lengths.Absent() {
			l.d.ReadInts(each, lengths.Top(s.Count))
		}
	})
	l.selects(rows, next, scored, s, func(b int, scores []float32) (float32, float32) {
		n := int(each[b])
		if n == 0 {
			n = len(scores)
		}
		return float32(heads * n), bar
	})
}

// SelectRelative does the same for scores of at least a share of the sequence's highest.
func (l *LateDevice) SelectRelative(rows, next hw.Ints, scored hw.Mat, s hw.Seqs, share float32) {
	l.selects(rows, next, scored, s, func(_ int, scores []float32) (float32, float32) {
		return 1, max(0, slices.Max(scores)) * share
	})
}

// selects keeps what a rule wants: it returns for a sequence what scores are divided
// by and have to reach.
func (l *LateDevice) selects(rows, next hw.Ints, scored hw.Mat, s hw.Seqs, rule func(b int, scores []float32) (by, bar float32)) {
	l.later(func() {
		offsets, scores := make([]int32, s.Count+1), make([]float32, scored.Rows)
		l.d.ReadInts(offsets, s.Offsets.Top(s.Count+1))
		l.d.Read(scores, scored)
		list, ends := make([]int32, 0, rows.N), make([]int32, 1, s.Count+1)
		for b := range s.Count {
			by, bar := rule(b, scores[offsets[b]:offsets[b+1]])
			for r := offsets[b]; r < offsets[b+1]; r++ {
				if r == offsets[b] || scores[r]/by >= bar {
					list = append(list, r)
				}
			}
			ends = append(ends, int32(len(list)))
		}
		l.live = len(list)
		l.d.WriteInts(rows, append(list, make([]int32, rows.N-len(list))...))
		l.d.WriteInts(next, ends)
	})
}
