package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// loop is a method over slices of the same length, run by a set.
type loop struct {
	name   string
	slices int
	rows   int     // a slice has rows·n floats
	within float64 // of 1 plus what the plain loop gives, or for a row of its largest
	row    bool    // an element depends on its whole row
	factor int     // a bit for each slice that 3e38 is not put into: see huge
	run    func(s *Set, x [][]float32, n int) float64
}

const loopEps = 0.1

// loops is every method that works on elements or rows. What multiplies matrices
// has its own tests.
var loops = []loop{
	{"Add", 2, 1, 0, false, 0, func(s *Set, x [][]float32, n int) float64 { s.Add(x[0], x[1]); return 0 }},
	{"ZeroFar", 1, 1, 0, false, 0, func(s *Set, x [][]float32, n int) float64 { s.ZeroFar(x[0]); return 0 }},
	{"Squares", 1, 1, 1e-12, false, 0, func(s *Set, x [][]float32, n int) float64 { return s.Squares(x[0]) }},
	{"Dropout", 2, 1, 0, false, 0, func(s *Set, x [][]float32, n int) float64 { s.Dropout(x[0], x[1], 7, 13107, 1.25); return 0 }},
	{"GELU", 2, 1, 2e-6, false, 0, func(s *Set, x [][]float32, n int) float64 { s.GELU(x[0], x[1]); return 0 }},
	{"GELU in place", 1, 1, 2e-6, false, 0, func(s *Set, x [][]float32, n int) float64 { s.GELU(x[0], x[0]); return 0 }},
	{"GELUGrad", 3, 1, 2e-6, false, 1 << 1, func(s *Set, x [][]float32, n int) float64 { s.GELUGrad(x[0], x[1], x[2]); return 0 }},
	{"GELUGrad in place", 2, 1, 2e-6, false, 1 << 0, func(s *Set, x [][]float32, n int) float64 { s.GELUGrad(x[0], x[0], x[1]); return 0 }},
	{"AdamW", 4, 1, 1e-6, false, 0, func(s *Set, x [][]float32, n int) float64 {
		for i, v := range x[3] {
			x[3][i] = float32(math.Abs(float64(v))) // a mean of squares
		}
		c := Coefficients(0.5, 1e-3, 0.01, 0.9, 0.999, 1e-8, 3)
		s.AdamW(x[0], x[1], x[2], x[3], &c)
		return 0
	}},
	{"Transpose to 9 rows", 2, 9, 0, false, 0, func(s *Set, x [][]float32, n int) float64 { s.Transpose(x[0], n, x[1], 9, n, 9, 0.5); return 0 }},
	{"Transpose from 9 rows", 2, 9, 0, false, 0, func(s *Set, x [][]float32, n int) float64 { s.Transpose(x[0], 9, x[1], n, 9, n, 0.5); return 0 }},
	{"Softmax", 1, 3, 1e-6, true, 0, func(s *Set, x [][]float32, n int) float64 { s.Softmax(x[0], n); return 0 }},
	{"LayerNorm", 4, 1, 4e-6, true, 1 << 2, func(s *Set, x [][]float32, n int) float64 {
		s.LayerNorm(x[0], x[1], nil, x[2], x[3], loopEps)
		return 0
	}},
	{"LayerNorm of a sum", 4, 1, 4e-6, true, 1 << 2, func(s *Set, x [][]float32, n int) float64 {
		s.LayerNorm(x[0], x[0], x[1], x[2], x[3], loopEps)
		return 0
	}},
	{"LayerNormGrad", 6, 1, 4e-6, true, 1<<3 | 1<<5, func(s *Set, x [][]float32, n int) float64 {
		s.LayerNormGrad(x[0], x[1], x[2], x[3], x[4], x[5], loopEps)
		return 0
	}},
}

// specials are put into one place of one slice; 0 stands for none.
var specials = []float32{0, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), huge, -huge}

// huge is near the largest float. As a factor of a number near 0 it makes of rounding
// errors that are allowed ones that no tolerance tells from wrong results.
const huge = 3e38

// skips describes what is left out. LayerNormGrad of a single huge column has a mean that
// overflows as it is scaled by 1/√eps, in the lanes beyond the row alone.
func (l loop) skips(n, slice int, special float32) bool {
	if special != huge && special != -huge {
		return false
	}
	return l.factor>>slice&1 == 1 || l.name == "LayerNormGrad" && n == 1
}

// TestLoops holds every loop of every set to the plain one: all lengths, offsets from
// a cache line, special values, and guards before and after.
func TestLoops(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		r := rand.New(rand.NewPCG(9, 9))
		for _, l := range loops {
			for n := range 141 {
				if n == 0 && strings.HasPrefix(l.name, "LayerNorm") {
					continue // a row has columns
				}
				for offset := range 5 {
					for _, special := range specials {
						l.try(t, s, r, n, offset, special)
					}
				}
			}
		}
	})
}

// try runs a loop once by s and once by the plain set.
func (l loop) try(t *testing.T, s *Set, r *rand.Rand, n, offset int, special float32) {
	const before, after = 16, 16
	size := l.rows * n
	var got, want [2][][]float32 // whole with guards, and without
	for range l.slices {
		whole := make([]float32, offset+before+size+after)
		for i := range whole {
			whole[i] = guard
			if i >= offset+before && i < offset+before+size {
				whole[i] = float32(r.NormFloat64() * 3)
			}
		}
		got[0] = append(got[0], whole)
	}
	place := [2]int{r.IntN(l.slices), r.IntN(max(1, size))}
	if special != 0 && size > 0 && !l.skips(n, place[0], special) {
		got[0][place[0]][offset+before+place[1]] = special
	}
	for i, whole := range got[0] {
		want[0] = append(want[0], append([]float32(nil), whole...))
		got[1] = append(got[1], whole[offset+before:offset+before+size:offset+before+size])
		want[1] = append(want[1], want[0][i][offset+before:offset+before+size])
	}
	what := fmt.Sprintf("%s, n=%d, offset %d, %v at %v", l.name, n, offset, special, place)
	a, b := l.run(s, got[1], n), l.run(generic, want[1], n)
	if !alike(a, b, l.within*(1+math.Abs(b))) {
		t.Fatalf("%s: %v, want %v", what, a, b)
	}
	for i, whole := range got[0] {
		largest := 0.0
		for _, v := range want[1][i] {
			if v := math.Abs(float64(v)); l.row && v > largest && !math.IsInf(v, 0) {
				largest = v
			}
		}
		for j, v := range whole {
			wanted := float64(want[0][i][j])
			tolerance := l.within * (1 + max(largest, math.Abs(wanted)))
			if inside := j >= offset+before && j < offset+before+size; !inside {
				wanted, tolerance = float64(guard), 0
			}
			if !alike(float64(v), wanted, tolerance) {
				t.Fatalf("%s: slice %d, element %d is %v, want %v", what, i, j-offset-before, v, wanted)
			}
		}
	}
}

// alike is equality of what is not finite, and nearness of what is.
func alike(got, want, tolerance float64) bool {
	if math.IsNaN(want) || math.IsInf(want, 0) {
		return math.IsNaN(got) && math.IsNaN(want) || got == want
	}
	return math.Abs(got-want) <= tolerance
}
