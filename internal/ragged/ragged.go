// Package ragged describes packed batches: the rows of all sequences stand one
// after another, without padding, and offsets say where each sequence begins.
package ragged

// Seqs holds the offsets of a packed batch ("cu_seqlens"): sequence b owns the
// rows Seqs[b] up to but not including Seqs[b+1]. It has one entry more than
// there are sequences, begins with 0 and never falls.
type Seqs []int32

// Of returns the offsets of sequences with the given lengths.
func Of(lengths ...int) Seqs {
	s := make(Seqs, 1, len(lengths)+1)
	for _, n := range lengths {
		s = append(s, s[len(s)-1]+int32(n))
	}
	return s
}

// Count returns the number of sequences.
func (s Seqs) Count() int { return max(0, len(s)-1) }

// Rows returns the number of rows of all sequences together.
func (s Seqs) Rows() int {
	if len(s) == 0 {
		return 0
	}
	return int(s[len(s)-1])
}

// Len returns the number of rows of sequence b.
func (s Seqs) Len(b int) int { return int(s[b+1] - s[b]) }

// Longest returns the length of the longest sequence, 0 if there is none.
func (s Seqs) Longest() int {
	n := 0
	for b := range s.Count() {
		n = max(n, s.Len(b))
	}
	return n
}

// Pairs returns the sum of the squared lengths: the query-key pairs of one head.
func (s Seqs) Pairs() int {
	n := 0
	for b := range s.Count() {
		n += s.Len(b) * s.Len(b)
	}
	return n
}

// Compact turns a mask over rows into the list of rows that stay, in order, and
// the offsets of what stays. It appends to rows[:0] and next[:0].
func Compact(s Seqs, keep []bool, rows []int32, next Seqs) ([]int32, Seqs) {
	rows, next = rows[:0], append(next[:0], 0)
	for b := range s.Count() {
		for r := s[b]; r < s[b+1]; r++ {
			if keep[r] {
				rows = append(rows, r)
			}
		}
		next = append(next, int32(len(rows)))
	}
	return rows, next
}
