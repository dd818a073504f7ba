package cpu

import (
	"sync"
	"sync/atomic"
)

// job is a piece of work in parts that any thread may take. Parts write to
// different places, so which thread takes which does not matter.
type job interface{ part(i, thread int) }

// pool is a standing set of threads. The caller is thread 0 and works too.
//
// An encoder's operations follow each other within microseconds, less than it
// takes to wake a sleeping thread. So a thread without work looks out for more
// for a while before it sleeps (see sleeper), and a round is over when its parts
// are done, whether or not all threads have noticed it.
//
// Each thread has a share of the parts, one after another, so that what it reads lies
// together and it can fetch what it will need next. One that is through with its own
// share helps others with theirs, from the end.
type pool struct {
	threads int
	work    job
	parts   int
	shares  []share
	round   atomic.Uint64
	done    atomic.Int64 // parts done
	workers []*sleeper
	caller  *sleeper
	closed  atomic.Bool
	alive   sync.WaitGroup // the workers
}

// share is the parts of a thread that nobody has taken yet: the first (high half), and
// the one after the last. It has a cache line to itself.
type share struct {
	left atomic.Uint64
	_    [56]byte
}

func newPool(threads int) *pool {
	p := &pool{threads: threads, caller: newSleeper(), shares: make([]share, threads)}
	for i := 1; i < threads; i++ {
		s := newSleeper()
		p.workers = append(p.workers, s)
		p.alive.Go(func() { p.serve(s, i) })
	}
	return p
}

// serve is a worker's life.
func (p *pool) serve(s *sleeper, thread int) {
	seen := uint64(0)
	begun := func() bool { return p.round.Load() != seen || p.closed.Load() }
	for s.await(begun); !p.closed.Load(); s.await(begun) {
		seen = p.round.Load()
		p.take(thread)
	}
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
	p.done.Store(0)
	for t := range p.shares {
		p.shares[t].left.Store(uint64(p.first(t, parts))<<32 | uint64(p.first(t+1, parts)))
	}
	p.round.Add(1)
	for _, s := range p.workers[:min(parts, p.threads)-1] {
		s.wake()
	}
	p.take(0)
	p.caller.await(p.over)
	p.work = nil
}

// first is the first part of a thread's share.
func (p *pool) first(thread, parts int) int { return (thread*parts + p.threads - 1) / p.threads }

// take does parts until none is left. The round that a part belongs to cannot end
// before the part is done, so p.work is that round's.
func (p *pool) take(thread int) {
	n := 0
	for t := range p.threads {
		s := &p.shares[(thread+t)%p.threads].left
		for {
			left := s.Load()
			first, end := left>>32, left&(1<<32-1)
			if first >= end {
				break
			}
			i, then := first, left+1<<32
			if t > 0 {
				i, then = end-1, left-1
			}
			if s.CompareAndSwap(left, then) {
				p.work.part(int(i), thread)
				n++
			}
		}
	}
	if n == 0 {
		return
	}
	parts := p.parts // after the last part is done they may be another round's
	if int(p.done.Add(int64(n))) == parts && thread != 0 {
		p.caller.wake()
	}
}

// over reports whether all parts of the round are done.
func (p *pool) over() bool { return int(p.done.Load()) == p.parts }

// close returns when the workers are gone, also one that still looks for parts of
// the last round; run then works alone.
func (p *pool) close() {
	p.closed.Store(true)
	for _, s := range p.workers {
		s.wake()
	}
	p.alive.Wait()
	p.workers, p.threads = nil, 1
}
