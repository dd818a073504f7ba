package pruners

// Key is what a random choice in training follows from, so that it is the same for any
// layout of the batch, number of threads and device, and after a stop.
type Key struct {
	Seed uint64
	Step uint64 // of the training; each pass of a step has one of its own
}

// Sampler is a rule that training draws others from, which drop less (LengthDrop).
type Sampler interface {
	Pruner
	// Sample returns the rule that the key draws.
	Sample(k Key) Pruner
}

// Sample draws a rule from a Sampler; ok is false for one that is none.
func Sample(p Pruner, k Key) (drawn Pruner, ok bool) {
	return rewrap(p, func(s Sampler) Pruner { return s.Sample(k) })
}
