package cpu

import (
	"sync/atomic"
	"time"

	"ltpbench/hw/cpu/simd"
)

// sleeper is a thread that looks out for something for a while and then sleeps,
// until it is woken.
type sleeper struct {
	asleep atomic.Bool
	bell   chan struct{}
	wait   time.Duration // how long to look out
}

const (
	// patience is how long a thread looks out for work that has come often of late,
	// a little more than it takes to wake it; haste is how long otherwise.
	patience = 60 * time.Microsecond
	haste    = 2 * time.Microsecond
	// often is the longest wait for work that is worth looking out for.
	often = 300 * time.Microsecond
	// taken is the shortest time between two looks that shows that the processor
	// was given to somebody else, who will come again.
	taken = 30 * time.Microsecond
)

func newSleeper() *sleeper { return &sleeper{bell: make(chan struct{}, 1), wait: patience} }

// await returns when ready holds. A thread that looks out on a processor which
// others want as well is itself put off when work comes, while one that sleeps is
// let in at once: so it is patient only as long as it is alone.
func (s *sleeper) await(ready func() bool) {
	if ready() {
		return
	}
	start := time.Now()
	s.wait = s.look(ready, start)
	for !ready() {
		s.asleep.Store(true)
		if ready() && s.asleep.CompareAndSwap(true, false) {
			return
		}
		<-s.bell // rung, or about to be
	}
	if time.Since(start) < often {
		s.wait = patience
	}
}

// look looks out for ready and returns how long to look out the next time.
func (s *sleeper) look(ready func() bool, last time.Time) time.Duration {
	for end := last.Add(s.wait); ; {
		for range 16 {
			if ready() {
				return patience
			}
			simd.Pause()
		}
		now := time.Now()
		if now.Sub(last) > taken || now.After(end) {
			return haste
		}
		last = now
	}
}

// wake rings once for a thread that sleeps.
func (s *sleeper) wake() {
	if s.asleep.CompareAndSwap(true, false) {
		s.bell <- struct{}{}
	}
}
