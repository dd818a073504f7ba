package stats

import (
	"math"
	"testing"
)

// point makes a node whose seeds have these values.
func point(cost, costError float64, values ...float64) Node {
	n := Node{Cost: cost, Error: costError}
	for _, v := range values {
		n.Scores = append(n.Scores, Score{v, []float64{v - 0.01, v + 0.01}, 100})
	}
	return n
}

func TestCurve(t *testing.T) {
	c := NewCurve(point(0.8, 0.02, 0.9, 0.92), point(0.4, 0.01, 0.7, 0.8), point(0.5, 0.01, 0.8, 0.84))
	for _, x := range []struct{ cost, first, second, sideways float64 }{
		{0.4, 0.7, 0.8, 0.7 * 0.01},
		{0.45, 0.75, 0.82, 0.7 * math.Hypot(0.005, 0.005)},
		{0.5, 0.8, 0.84, 0.3 * 0.01}, // from the right
		{0.65, 0.85, 0.88, 0.9 / 3 * math.Hypot(0.005, 0.01)},
		{0.8, 0.9, 0.92, 0.3 * 0.02},
	} {
		scores, error, slope, ok := c.at(x.cost)
		if !ok || len(scores) != 2 {
			t.Fatalf("%v is not reached", x.cost)
		}
		near(t, "first seed", scores[0].Value, x.first)
		near(t, "second seed", scores[1].Value, x.second)
		near(t, "resampled", scores[1].Resampled[0], x.second-0.01)
		near(t, "sideways", error*slope, x.sideways)
	}
	for cost, want := range map[float64]float64{0.3951: 0.7, 0.8049: 0.9} {
		if s, ok := c.At(cost); !ok || s[0].Value != want {
			t.Errorf("%v is not taken for the end beside it: %v", cost, s)
		}
	}
	for _, cost := range []float64{0.3949, 0.8051, math.NaN()} {
		if _, ok := c.At(cost); ok {
			t.Errorf("%v is reached", cost)
		}
	}
	single := NewCurve(point(0.4, 0.01, 0.7))
	if s, ok := single.At(0.4); !ok || s[0].Value != 0.7 {
		t.Error("a curve of one node has no node")
	}
	if _, ok := single.At(0.5); ok {
		t.Error("a curve of one node reaches further")
	}
	for _, further := range [][]Node{nil, {point(0.3, 0, 0.1)}, {point(0.5, 0, 1)}} {
		twice := NewCurve(append(further, point(0.4, 0, 0.7), point(0.4, 0, 0.8), point(0.4, 0, 0.9))...)
		s, ok := twice.At(0.4)
		if !ok || len(twice) != 1+len(further) {
			t.Fatalf("three nodes of one cost: %v", twice)
		}
		near(t, "three nodes of one cost", s[0].Value, 0.8)
		near(t, "resampled", s[0].Resampled[1], 0.81)
	}
}

func TestCompareAt(t *testing.T) {
	a := NewCurve(point(0.45, 0, 0.80, 0.82))
	b := NewCurve(point(0.4, 0, 0.70, 0.71), point(0.5, 0, 0.80, 0.81))
	e, ok := CompareAt(a, b, 0.45)
	near(t, "difference", e.Value, 0.81-0.755)
	if !ok || e.Seeds != 2 {
		t.Errorf("%v %+v", ok, e)
	}
	timed := NewCurve(point(0.4, 0.01, 0.70, 0.71), point(0.5, 0.01, 0.80, 0.81))
	w, _ := CompareAt(a, timed, 0.45)
	near(t, "error of a timed curve", w.Error, math.Hypot(e.Error, 1*math.Hypot(0.005, 0.005)))
	if w.Value != e.Value || w.Freedom < e.Freedom {
		t.Errorf("%+v, untimed %+v", w, e)
	}
	lone := NewCurve(point(0.45, 0.02, 0.80, 0.82))
	l, _ := CompareAt(lone, timed, 0.45)
	near(t, "error of a lone timed node", l.Error, math.Hypot(w.Error, 0.02)) // by the other curve's slope, 1
	if _, ok := CompareAt(a, b, 0.46); ok {
		t.Error("a does not reach 0.46")
	}
	if _, ok := CompareAt(NewCurve(point(0.3, 0, 1)), b, 0.3); ok {
		t.Error("b does not reach 0.3")
	}
}

// TestNearest: the nearest cost at which two curves overlap, give or take Reach.
func TestNearest(t *testing.T) {
	curve := func(costs ...float64) (c Curve) {
		for _, x := range costs {
			c = append(c, Node{Cost: x})
		}
		return c
	}
	for _, c := range []struct {
		a, b       Curve
		cost, want float64
		ok         bool
	}{
		{curve(0.3, 0.6), curve(0.4, 0.7), 0.5, 0.5, true},
		{curve(0.3, 0.6), curve(0.4, 0.7), 0.1, 0.4, true},
		{curve(0.3, 0.6), curve(0.4, 0.7), 0.9, 0.6, true},
		{curve(0.3, 0.6), curve(0.5), 0.475, 0.5, true},
		{curve(0.474), curve(0.478), 0.5, 0.476, true},
		{curve(0.47), curve(0.48), 0.475, 0, false},
		{curve(), curve(0.48), 0.475, 0, false},
	} {
		if got, ok := Nearest(c.a, c.b, c.cost); ok != c.ok || math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v and %v near %v: %v, %v", c.a, c.b, c.cost, got, ok)
		}
	}
}
