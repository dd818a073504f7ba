package cpu

import (
	"sync"
	"sync/atomic"
)

// job is a piece of work in parts that any thread may take. Parts write to
// different places, so which thread takes which does not matter.
type job interface{ part(i, thread int) }

// pool is a standing set of threads. The caller is thread 0 and works too.
type pool struct {
	threads int
	wake    []chan struct{}
	done    sync.WaitGroup
	next    atomic.Int64
	parts   int
	work    job
}

func newPool(threads int) *pool {
	p := &pool{threads: threads}
	for i := 1; i < threads; i++ {
		wake := make(chan struct{}, 1)
		p.wake = append(p.wake, wake)
		go func() {
			for range wake {
				p.take(i)
				p.done.Done()
			}
		}()
	}
	return p
}

// run does all parts of w and returns when the last is done.
func (p *pool) run(w job, parts int) {
	if parts <= 1 || p.threads == 1 {
		for i := range parts {
			w.part(i, 0)
		}
		return
	}
	p.work, p.parts = w, parts
	p.next.Store(0)
	n := min(parts, p.threads) - 1
	p.done.Add(n)
	for _, wake := range p.wake[:n] {
		wake <- struct{}{}
	}
	p.take(0)
	p.done.Wait()
}

func (p *pool) take(thread int) {
	for {
		i := int(p.next.Add(1)) - 1
		if i >= p.parts {
			return
		}
		p.work.part(i, thread)
	}
}

func (p *pool) close() {
	for _, wake := range p.wake {
		close(wake)
	}
	p.wake, p.threads = nil, 1
}
