package pruners

// second is the first living row of the second text of a pair; the end of sequence b
// where there is one text.
func (v View) second(b int) int32 {
	row, end := v.Seqs[b], v.Seqs[b+1]
	for row < end && v.Positions[row] < v.Second[b] {
		row++
	}
	return row
}

// shares divides k rows between a pair's two texts, of so many rows each, as their lengths
// are, so that row 0 stays.
func shares(k, first, second int) (int, int) {
	k = min(k, first+second)
	of := min(k-1, rounded(second, float64(k)/float64(first+second)))
	if k-of > first {
		of = k - first
	}
	return k - of, of
}
