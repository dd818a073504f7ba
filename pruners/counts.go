package pruners

// Counts returns how many of a sequence's n tokens enter each layer's attention and leave
// it, for a rule of which that follows from n alone; ok is false for others.
func Counts(p Pruner, layers, n int) (alive, kept []int, ok bool) {
	counted, ok := As[Counted](p)
	if !ok {
		return nil, nil, false
	}
	alive, kept = make([]int, layers), make([]int, layers)
	for l, now := 0, n; l < Depth(p, layers); l++ {
		kept[l] = min(now, counted.Kept(l, layers, n))
		alive[l] = now
		if Before(p, l, layers) {
			alive[l] = kept[l]
		}
		now = kept[l]
	}
	return alive, kept, true
}
