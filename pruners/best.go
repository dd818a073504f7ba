package pruners

import "math"

// KeepBest marks row 0 and the k-1 others with the highest scores, of equal ones
// the earlier.
func KeepBest(scores []float32, k int, keep []bool) {
	keep[0] = true
	best(scores[1:], k-1, keep[1:])
}

// best marks the rows with the highest scores, of equal ones the earlier. It
// selects by bisection over the scores' bits, so it needs no memory and no sort.
func best(scores []float32, need int, keep []bool) {
	if need >= len(scores) {
		for r := range keep {
			keep[r] = true
		}
		return
	}
	if need <= 0 {
		return
	}
	// The largest bar that at least `need` of the rows reach.
	low, high := uint32(0), ^uint32(0)
	for low < high {
		bar := low + (high-low)/2 + 1
		n := 0
		for _, s := range scores {
			if order(s) >= bar {
				n++
			}
		}
		if n >= need {
			low = bar
		} else {
			high = bar - 1
		}
	}
	for r, s := range scores {
		if order(s) > low {
			keep[r] = true
			need--
		}
	}
	for r, s := range scores {
		if need > 0 && order(s) == low {
			keep[r] = true
			need--
		}
	}
}

// order maps a float32 to a whole number that sorts the same way.
func order(x float32) uint32 {
	bits := math.Float32bits(x + 0) // -0 becomes 0
	if bits>>31 == 1 {
		return ^bits
	}
	return bits | 1<<31
}
