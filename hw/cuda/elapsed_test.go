//go:build cuda && cgo

package cuda

import (
	"errors"
	"testing"
	"time"
)

// TestElapsed: the card's clock counts what op queues, all of it and nothing else:
// not what was queued before, and not only what the host takes to queue it.
func TestElapsed(t *testing.T) {
	d := inside(t, "")
	x, s := d.Floats(3000, 256), d.Floats(3000, 1)
	heavy, light := func() { d.Scale(x, x, s) }, func() { d.Scale(x.Top(1), x.Top(1), s.Top(1)) }
	elapsed := func(op func()) time.Duration {
		t.Helper()
		took, err := d.Elapsed(op)
		if err != nil || took <= 0 {
			t.Fatalf("%v, %v", took, err)
		}
		return took
	}
	long, short := time.Hour, time.Hour // others may be at work on the machine
	for range 3 {
		long = min(long, elapsed(heavy))
		heavy()
		short = min(short, elapsed(light))
	}
	if long < 5*short {
		t.Errorf("one row takes %v after work that takes %v", short, long)
	}
	begin := time.Now()
	both := elapsed(func() { heavy(); heavy(); heavy() })
	if wall := time.Since(begin); both < 2*long/3 || both > wall {
		t.Errorf("three times what takes %v takes %v, and %v on the host", long, both, wall)
	}
	if _, err := d.Elapsed(func() { d.fail(errors.New("a fault")) }); err == nil {
		t.Error("a fault in what is timed went unnoticed")
	}
	ran := false
	if _, err := d.Elapsed(func() { ran = true }); err == nil || ran {
		t.Errorf("a device that has failed runs %v and returns %v", ran, err)
	}
}
