package simd

import (
	"math"
	"math/rand/v2"
	"testing"
)

// widths around every vector's, and guards after each row.
var widths = []int{1, 2, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 104, 130}

func near(t *testing.T, what string, n, i int, got float32, want float64) {
	t.Helper()
	if !(math.Abs(float64(got)-want) <= 2e-6+2e-6*math.Abs(want)) {
		t.Fatalf("%s of %d: element %d is %v, want %v", what, n, i, got, want)
	}
}

func TestSoftmax(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		r := rand.New(rand.NewPCG(5, 5))
		for _, n := range widths {
			const rows = 3
			p := random(r, rows*n+1)
			p[rows*n] = 99
			p[n/2] = -1e9
			x := append([]float32(nil), p...)
			s.Softmax(p[:rows*n], n)
			for row := range rows {
				sum := 0.0
				for _, v := range x[row*n : (row+1)*n] {
					sum += math.Exp(float64(v) - float64(x[row*n]))
				}
				for i := row * n; i < (row+1)*n && n > 1; i++ {
					near(t, "Softmax", n, i, p[i], math.Exp(float64(x[i])-float64(x[row*n]))/sum)
				}
				alone := append([]float32(nil), x[row*n:(row+1)*n]...)
				s.Softmax(alone, n)
				for i, v := range alone {
					if v != p[row*n+i] {
						t.Fatalf("Softmax of %d: row %d alone has other bits", n, row)
					}
				}
			}
			if n > 1 && p[n/2] != 0 {
				t.Errorf("a masked key has %v", p[n/2])
			}
			if p[rows*n] != 99 {
				t.Fatalf("Softmax of %d wrote past its rows", n)
			}
			p[n-1] = float32(math.NaN())
			s.Softmax(p[:n], n)
			for _, v := range p[:n] {
				if v == v {
					t.Fatalf("Softmax of %d with a NaN is %v", n, p[:n])
				}
			}
		}
	})
}

func TestLayerNorm(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		r := rand.New(rand.NewPCG(6, 6))
		for _, n := range widths {
			const eps = 0.1
			x, rest, gain, bias, dy := random(r, n), random(r, n), random(r, n), random(r, n), random(r, n)
			y, dx, dgain, dbias := random(r, n+1), random(r, n+1), make([]float32, n+1), make([]float32, n+1)
			past := [2]float32{y[n], dx[n]}
			sum := make([]float32, n)
			mean, square, a, b := 0.0, 0.0, 0.0, 0.0
			for i := range x {
				sum[i] = x[i] + rest[i]
				mean += float64(sum[i]) / float64(n)
			}
			for _, v := range sum {
				square += (float64(v) - mean) * (float64(v) - mean) / float64(n)
			}
			rstd := 1 / math.Sqrt(square+eps)
			for i, v := range sum {
				g := float64(dy[i]) * float64(gain[i]) / float64(n)
				a, b = a+g, b+g*(float64(v)-mean)*rstd
			}
			s.LayerNorm(y, x, rest, gain, bias, eps)
			s.LayerNormGrad(dx, dgain, dbias, dy, sum, gain, eps)
			for i, v := range sum {
				h := (float64(v) - mean) * rstd
				near(t, "LayerNorm", n, i, y[i], h*float64(gain[i])+float64(bias[i]))
				near(t, "LayerNormGrad", n, i, dx[i], (float64(dy[i])*float64(gain[i])-a-h*b)*rstd)
				near(t, "the gain's gradient", n, i, dgain[i], float64(dy[i])*h)
				near(t, "the bias' gradient", n, i, dbias[i], float64(dy[i]))
			}
			if y[n] != past[0] || dx[n] != past[1] || dgain[n] != 0 || dbias[n] != 0 {
				t.Fatalf("a write past a row of %d", n)
			}
			again := append([]float32(nil), sum...)
			s.LayerNorm(again, again, nil, gain, bias, eps)
			for i, v := range again {
				if v != y[i] {
					t.Fatalf("LayerNorm of %d in place has other bits", n)
				}
			}
		}
	})
}

func TestAddSquaresTranspose(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		r := rand.New(rand.NewPCG(7, 7))
		for _, n := range append(widths, 0, 1000) {
			y, x := random(r, n+1), random(r, n)
			was, want := append([]float32(nil), y...), 0.0
			s.Add(y, x)
			for i, v := range x {
				if y[i] != was[i]+v {
					t.Fatalf("Add of %d: element %d is %v", n, i, y[i])
				}
				want += float64(v) * float64(v)
			}
			if y[n] != was[n] {
				t.Fatalf("Add wrote past %d", n)
			}
			if got := s.Squares(x); !(math.Abs(got-want) <= 1e-12*want) {
				t.Fatalf("Squares of %d is %v, want %v", n, got, want)
			}
		}
		for _, rows := range widths {
			for _, cols := range []int{1, 5, 8, 24, 33} {
				x, y := random(r, rows*(cols+3)), random(r, cols*(rows+2))
				was := append([]float32(nil), y...)
				s.Transpose(y, rows+2, x, cols+3, rows, cols, 0.5)
				for i, v := range y {
					want := was[i]
					if j, row := i/(rows+2), i%(rows+2); row < rows {
						want = x[row*(cols+3)+j] * 0.5
					}
					if v != want {
						t.Fatalf("Transpose %dx%d: place %d is %v, want %v", rows, cols, i, v, want)
					}
				}
			}
		}
	})
}
