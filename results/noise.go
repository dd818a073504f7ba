package results

// unsure is how far an interval's ends may lie from a speed-up, relative to it, before
// the point counts as noisy.
const unsure = 0.05

// keyNoisy is the key of a row that MergeSeeds made of seeds one of which is noisy.
const keyNoisy = "noisy"

// Untuned reports whether the point prunes with weights that were not fine-tuned for it.
func (p *Point) Untuned() bool {
	return p.Key(KeyTuned) == "no" && p.Key(KeyMethod) != MethodNone
}

// Noisy reports whether the timed rounds of the point, or of one of its seeds, scatter so
// much that its speed-up may be off by more than 5 %. Differences between seeds do not
// count as noise of the clock.
func (p *Point) Noisy() bool {
	if p.Key(KeySeeds) != "" {
		return p.Key(keyNoisy) != ""
	}
	v, timed := p.Value(Speedup)
	low, high, ok := p.Interval(Speedup)
	return timed && ok && max(v-low, high-v) > unsure*v
}
