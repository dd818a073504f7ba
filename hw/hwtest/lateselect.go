package hwtest

import (
	"slices"

	"ltpbench/hw"
)

// SelectThreshold keeps the rows of s that are the first of their sequence or
// whose score, divided by their sequence's entry of by (Count×1), is at least bar.
// It writes the kept rows to rows, ascending, entries past the end 0, and their
// offsets to next.
func (l *LateDevice) SelectThreshold(rows, next hw.Ints, scored hw.Mat, s hw.Seqs, by hw.Mat, bar float32) {
	divisors := make([]float32, s.Count)
	l.later(func() { l.d.Read(divisors, by.Top(s.Count)) })
	l.selects(rows, next, scored, s, func(b int, _ []float32) (float32, float32) { return divisors[b], bar })
}

// SelectAlive does the same where a score is divided by heads times the number of
// its sequence's rows.
func (l *LateDevice) SelectAlive(rows, next hw.Ints, scored hw.Mat, s hw.Seqs, heads int, bar float32) {
	l.selects(rows, next, scored, s, func(_ int, scores []float32) (float32, float32) { return float32(heads * len(scores)), bar })
}

// SelectRelative does the same for scores of at least a share of the sequence's highest.
func (l *LateDevice) SelectRelative(rows, next hw.Ints, scored hw.Mat, s hw.Seqs, share float32) {
	l.selects(rows, next, scored, s, func(_ int, scores []float32) (float32, float32) {
		return 1, max(0, slices.Max(scores)) * share
	})
}

// selects keeps what a rule wants: it says for a sequence what scores are divided
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
