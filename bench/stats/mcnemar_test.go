package stats

import "testing"

func TestMcNemar(t *testing.T) {
	for _, m := range []struct {
		a, b int
		p    float64
	}{{10, 2, 0.03857421875}, {2, 10, 0.03857421875}, {0, 0, 1}, {5, 5, 1}, {30, 14, 0.022628841205914796}, {0, 7, 0.015625}, {400, 500, 0.0009564441369189373}} {
		var x, y []bool
		for range m.a {
			x, y = append(x, true), append(y, false)
		}
		for range m.b {
			x, y = append(x, false), append(y, true)
		}
		x, y = append(x, true, false), append(y, true, false)
		p, a, b := McNemar(x, y)
		near(t, "McNemar", p, m.p)
		if a != m.a || b != m.b {
			t.Errorf("counts %d %d, want %d %d", a, b, m.a, m.b)
		}
	}
}
