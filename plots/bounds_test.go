package plots

import "testing"

// TestBoundsFarInterval: a very wide interval does not squeeze the points together.
func TestBoundsFarInterval(t *testing.T) {
	point := func(x, low, high float64) at { return at{x: span{low, x, high}, y: span{1, 1, 1}} }
	x, _ := bounds([]series{{at: []at{point(0.4, 0.35, 0.5), point(0.8, 0.5, 25), point(1, 1, 1)}}})
	if x.low != 0.35 || x.high != 1.6 {
		t.Errorf("the axis reaches from %v to %v, want 0.35 to 1.6", x.low, x.high)
	}
}
