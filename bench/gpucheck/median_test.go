package gpucheck

import (
	"errors"
	"math"
	"testing"
	"time"
)

// fakeClock is a card on which a launch costs the host 10 us before the first run, and
// each run takes so long.
type fakeClock struct {
	each time.Duration
	runs int // so far, all together
	fail int // the call that fails
}

func (f *fakeClock) Elapsed(op func()) (time.Duration, error) {
	if f.fail--; f.fail == 0 {
		return 0, errors.New("a fault")
	}
	before := f.runs
	op()
	return 10*time.Microsecond + time.Duration(f.runs-before)*f.each, nil
}

// TestMedian: what the host adds does not count where a run is short, and a long run
// is not repeated for nothing.
func TestMedian(t *testing.T) {
	for _, c := range []struct {
		each time.Duration
		most int
	}{{3 * time.Microsecond, 12000}, {5 * time.Millisecond, 10}} {
		f := &fakeClock{each: c.each}
		us, err := median(f, func() { f.runs++ }, 0)
		if want := c.each.Seconds() * 1e6; err != nil || !(math.Abs(us-want) <= 0.01*want) || f.runs > c.most || f.runs < 10 {
			t.Errorf("%v a run: %v us in %d runs, %v", c.each, us, f.runs, err)
		}
	}
	f := &fakeClock{fail: 4}
	if _, err := median(f, func() { f.runs++ }, 0); err == nil {
		t.Error("a fault went unnoticed")
	}
}
