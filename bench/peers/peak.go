package main

import (
	"sync"
	"time"

	"ltpbench/hw/cpu/simd"
)

// peak is the most GFLOP/s that so many threads reach with multiply-adds alone, of
// any of this machine's instruction sets; 0 where there is no measure of it.
func peak(threads int) float64 {
	best := 0.0
	for _, s := range simd.Available() {
		if s.Peak == nil {
			continue
		}
		for range 5 {
			var all sync.WaitGroup
			flops := make([]int, threads)
			begin := time.Now()
			for i := range threads {
				all.Go(func() { flops[i] = s.Peak(2_000_000) })
			}
			all.Wait()
			sum := 0
			for _, f := range flops {
				sum += f
			}
			best = max(best, float64(sum)/time.Since(begin).Seconds()/1e9)
		}
	}
	return best
}
