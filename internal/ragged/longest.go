package ragged

// LongestFirst returns how many tokens of texts of a and b tokens remain when
// room is left for r: the longer is shortened first.
func LongestFirst(a, b, r int) (int, int) {
	if a+b <= r {
		return a, b
	}
	short, long := min(a, b), max(a, b)
	if short <= r {
		long = max(short, r-short)
	}
	if short+long > r {
		short = r / 2
		long = r - short
	}
	if a > b {
		return long, short
	}
	return short, long
}
