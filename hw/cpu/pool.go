package cpu

import "sync/atomic"

// job is a piece of work in parts that any thread may take. Parts write to
// different places, so which thread takes which does not matter.
type job interface{ part(i, thread int) }

// pool is a standing set of threads. The caller is thread 0 and works too.
//
// An encoder's operations follow each other within microseconds, less than it
// takes to wake a sleeping thread. So a thread without work looks out for more
// for a while before it sleeps (see sleeper), and a round is over when its parts
// are done, whether or not all threads have noticed it.
type pool struct {
	threads int
	work    job
	state   atomic.Uint64 // parts of the round (high half), parts taken (low half)
	done    atomic.Int64  // parts done
	workers []*sleeper
	caller  *sleeper
	closed  atomic.Bool
}

func newPool(threads int) *pool {
	p := &pool{threads: threads, caller: newSleeper()}
	for i := 1; i < threads; i++ {
		s := newSleeper()
		p.workers = append(p.workers, s)
		go func() {
			for s.await(p.open); !p.closed.Load(); s.await(p.open) {
				p.take(i)
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
	p.work = w
	p.done.Store(0)
	p.state.Store(uint64(parts) << 32)
	for _, s := range p.workers[:min(parts, p.threads)-1] {
		s.wake()
	}
	p.take(0)
	p.caller.await(p.over)
	p.work = nil
}

// take does parts until none is left. The round that a part belongs to cannot end
// before the part is done, so p.work is that round's.
func (p *pool) take(thread int) {
	for {
		s := p.state.Add(1) - 1
		i, parts := s&(1<<32-1), s>>32
		if i >= parts {
			return
		}
		p.work.part(int(i), thread)
		if uint64(p.done.Add(1)) == parts && thread != 0 {
			p.caller.wake()
		}
	}
}

// open reports whether there is something to do for a worker.
func (p *pool) open() bool {
	s := p.state.Load()
	return s&(1<<32-1) < s>>32 || p.closed.Load()
}

// over reports whether all parts of the round are done.
func (p *pool) over() bool { return uint64(p.done.Load()) == p.state.Load()>>32 }

// close lets the workers go; run then works alone.
func (p *pool) close() {
	p.closed.Store(true)
	for _, s := range p.workers {
		s.wake()
	}
	p.workers, p.threads = nil, 1
}
