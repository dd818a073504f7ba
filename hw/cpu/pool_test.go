package cpu

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

type counting struct {
	done  []atomic.Int32
	spent time.Duration
}

func (c *counting) part(i, thread int) {
	c.done[i].Add(1)
	for start := time.Now(); time.Since(start) < c.spent; {
	}
}

// TestPool: each part is done once, by any number of threads, whether they still
// look out for work or sleep.
func TestPool(t *testing.T) {
	for _, threads := range []int{1, 2, 5} {
		p := newPool(threads)
		for round := range 200 {
			if round%20 == 0 {
				time.Sleep(2 * time.Millisecond)
			}
			c := &counting{done: make([]atomic.Int32, round)}
			p.run(c, round)
			for i := range c.done {
				if n := c.done[i].Load(); n != 1 {
					t.Fatalf("%d threads: part %d of %d was done %d times", threads, i, round, n)
				}
			}
		}
		p.close()
		c := &counting{done: make([]atomic.Int32, 3)}
		if p.run(c, 3); c.done[2].Load() != 1 {
			t.Fatal("a closed pool leaves work undone")
		}
	}
}

// TestPoolClose: no worker outlives its pool, not one that sleeps, nor one that still
// looks for parts of the last round (the race detector sees that one).
func TestPoolClose(t *testing.T) {
	before := runtime.NumGoroutine()
	for round := range 500 {
		p := newPool(3)
		for range round % 3 {
			p.run(&counting{done: make([]atomic.Int32, 3)}, 3)
		}
		if round%50 == 0 {
			time.Sleep(time.Millisecond)
		}
		p.close()
	}
	for wait := 0; runtime.NumGoroutine() > before; wait++ { // those that are gone leave in a moment
		if wait == 100 {
			t.Fatalf("%d goroutines before, %d after", before, runtime.NumGoroutine())
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// TestPoolAllocations: a round allocates nothing, awake or asleep.
func TestPoolAllocations(t *testing.T) {
	p := newPool(2)
	defer p.close()
	c := &counting{done: make([]atomic.Int32, 4)}
	if n := testing.AllocsPerRun(20, func() {
		p.run(c, 4)
		time.Sleep(time.Millisecond)
		p.run(c, 4)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkPool is what a round costs beyond its work: two parts of 10 µs.
func BenchmarkPool(b *testing.B) {
	p := newPool(2)
	defer p.close()
	c := &counting{done: make([]atomic.Int32, 2), spent: 10 * time.Microsecond}
	for b.Loop() {
		p.run(c, 2)
	}
}
