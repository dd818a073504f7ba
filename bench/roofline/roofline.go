// Package roofline measures what a processor can do at most, for rates to be held
// against (Williams et al., Roofline, CACM 52(4), 2009).
package roofline

import (
	"sync"
	"time"

	"ltpbench/hw/cpu/simd"
)

// Peak is the most GFLOP/s of multiply-adds alone that so many threads reach
// together with a set's vectors: the sum of each thread's best short slice, all
// threads at work. It is 0 where the set has no measure of it.
func Peak(s *simd.Set, threads int) float64 {
	if s.Peak == nil {
		return 0
	}
	return together(threads, func(int) float64 { return float64(s.Peak(20000)) })
}

// Bandwidth is the GB/s that so many threads read from memory together, each 64 MiB of its own.
func Bandwidth(s *simd.Set, threads int) float64 {
	const elements = 16 << 20
	memory := make([][]float32, threads)
	for t := range memory {
		memory[t] = make([]float32, elements)
		for i := range memory[t] {
			memory[t][i] = 1
		}
	}
	return together(threads, func(t int) float64 { s.Squares(memory[t]); return 4 * elements })
}

// together lets each thread do slices of work for half a second and adds up their
// best rates, in 1e9 per second.
func together(threads int, slice func(thread int) float64) float64 {
	best := make([]float64, threads)
	var all sync.WaitGroup
	end := time.Now().Add(time.Second / 2)
	for t := range threads {
		all.Go(func() {
			for time.Now().Before(end) {
				begin := time.Now()
				best[t] = max(best[t], slice(t)/time.Since(begin).Seconds()/1e9)
			}
		})
	}
	all.Wait()
	sum := 0.0
	for _, b := range best {
		sum += b
	}
	return sum
}
