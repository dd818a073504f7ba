package main

import (
	"sync"
	"time"

	"ltpbench/hw/cpu/simd"
)

// peaks is the most that the machine's threads reach together: GFLOP/s of
// multiply-adds alone, and GB/s read from memory. Both are sums of each thread's best
// short slice, all threads at work.
func peaks(s *simd.Set, threads int) (gflops, gbytes float64) {
	const elements = 16 << 20
	memory := make([][]float32, threads)
	for t := range memory {
		memory[t] = make([]float32, elements)
		for i := range memory[t] {
			memory[t][i] = 1
		}
	}
	gflops = together(threads, func(int) float64 { return float64(s.Peak(20000)) })
	gbytes = together(threads, func(t int) float64 { s.Squares(memory[t]); return 4 * elements })
	return gflops, gbytes
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
