package text

import (
	"iter"
	"math/bits"
)

// Set is a set of a task's labels, of which several may hold at once: bit i is label i. In predictions and records it
// is a number, which a float64 holds exactly.
type Set uint64

// MostAtOnce is how many labels a task whose labels may hold at once has at most.
const MostAtOnce = 53

// SetOf returns the labels whose logit is not negative, those that are as likely as not: probability 0.5 or more.
func SetOf(logits []float32) Set {
	var s Set
	for i, v := range logits {
		if v >= 0 {
			s |= 1 << i
		}
	}
	return s
}

// Labels iterates over the indices of the set's labels, ascending.
func (s Set) Labels() iter.Seq[int] {
	return func(yield func(int) bool) {
		for ; s != 0; s &= s - 1 {
			if !yield(bits.TrailingZeros64(uint64(s))) {
				return
			}
		}
	}
}

// Hot returns the set as n values, 1 for each label in it, which are the caller's.
func (s Set) Hot(n int) []float32 {
	hot := make([]float32, n)
	for i := range s.Labels() {
		hot[i] = 1
	}
	return hot
}
