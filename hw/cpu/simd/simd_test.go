package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// guard stands around every slice that a kernel writes.
const guard = float32(-12345)

func random(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = r.Float32()*2 - 1
	}
	return x
}

func each(t *testing.T, f func(t *testing.T, s *Set)) {
	for _, s := range Available() {
		t.Run(s.Name, func(t *testing.T) { f(t, s) })
	}
}

func TestProduct(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		r := rand.New(rand.NewPCG(1, 1))
		for _, m := range []int{1, 2, 3, 5, 6, 7, 8, 9, 11, 12, 13, 25, 27, 121, 122, 133} {
			for _, n := range []int{1, 2, 7, 8, 15, 16, 17, 31, 32, 33, 40, 104} {
				for _, k := range []int{1, 3, 7, 24, 41} {
					product(t, s, r, m, n, k)
				}
			}
		}
		for m := range 5 {
			for _, n := range []int{63, 64, 65, 127, 128, 129, 160, 330} {
				product(t, s, r, m, n, 9)
			}
		}
		for m := range 13 { // long enough that a thread's last panel is made in two parts
			product(t, s, r, m, 72, 300)
		}
		product(t, s, r, 133, 20, 3000) // a row block shorter than 120
	})
}

func product(t *testing.T, s *Set, r *rand.Rand, m, n, k int) {
	t.Helper()
	ldx, ldy := k+3, n+5
	x, w, bias := random(r, m*ldx), random(r, n*k), random(r, n)
	y := make([]float32, m*ldy)
	for i := range y {
		y[i] = guard
	}
	packed := make([]float32, s.PackedLen(n, k))
	s.Pack(packed, w, n, k)
	cut := min(n, s.nr)
	s.Product(y, ldy, x, ldx, packed, bias, m, n, k, 0, cut, packed[cut*k:])
	s.Product(y, ldy, x, ldx, packed, bias, m, n, k, cut, n, nil)
	again, turned := make([]float32, n), make([]float32, k*n)
	for i := range n {
		for j := range k {
			turned[j*n+i] = w[i*k+j]
		}
	}
	other := make([]float32, len(packed))
	s.PackT(other, turned, n, k, 0, cut)
	s.PackT(other, turned, n, k, cut, n)
	for i := range m {
		for j := range ldy {
			if j >= n {
				if y[i*ldy+j] != guard {
					t.Fatalf("m=%d n=%d k=%d: wrote past row %d", m, n, k, i)
				}
				continue
			}
			want := float64(bias[j])
			for l := range k {
				want += float64(x[i*ldx+l]) * float64(w[j*k+l])
			}
			if !(math.Abs(want-float64(y[i*ldy+j])) <= 1e-5*max(1, float64(k)/100)) {
				t.Fatalf("m=%d n=%d k=%d: y[%d,%d] = %v, want %v", m, n, k, i, j, y[i*ldy+j], want)
			}
		}
		// The same row alone, from weights packed the other way, has the same bits.
		s.Product(again, n, x[i*ldx:], ldx, other, bias, 1, n, k, 0, n, nil)
		for j := range n {
			if again[j] != y[i*ldy+j] {
				t.Fatalf("m=%d n=%d k=%d: row %d alone differs in column %d", m, n, k, i, j)
			}
		}
	}
}

func TestGemm(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		r := rand.New(rand.NewPCG(2, 2))
		for _, m := range []int{1, 2, 3, 4, 13, 30} {
			for _, n := range []int{1, 5, 8, 33, 70, 150} {
				for _, k := range []int{0, 1, 9} {
					for _, add := range []bool{false, true} {
						// A is stored transposed.
						a, b, c := random(r, k*m+1), random(r, k*n+1), random(r, m*n+1)
						before := append([]float32(nil), c...)
						c[m*n] = guard
						s.Gemm(c, n, a, 1, m, b, n, m, n, k, add)
						for i := range m {
							for j := range n {
								want := 0.0
								if add {
									want = float64(before[i*n+j])
								}
								for l := range k {
									want += float64(a[l*m+i]) * float64(b[l*n+j])
								}
								if !(math.Abs(want-float64(c[i*n+j])) <= 1e-5) {
									t.Fatalf("m=%d n=%d k=%d add=%v: c[%d,%d] = %v, want %v", m, n, k, add, i, j, c[i*n+j], want)
								}
							}
						}
						if c[m*n] != guard {
							t.Fatal("wrote past the end")
						}
					}
				}
			}
		}
	})
}

func TestGELU(t *testing.T) {
	phi := func(x float64) float64 { return 0.5 * (1 + math.Erf(x/math.Sqrt2)) }
	each(t, func(t *testing.T, s *Set) {
		var x []float32
		for v := float32(-12); v < 12; v += 0.0007 {
			x = append(x, v)
		}
		y, d, ones := make([]float32, len(x)), make([]float32, len(x)), make([]float32, len(x))
		for i := range ones {
			ones[i] = 1
		}
		s.GELU(y, x)
		s.GELUGrad(d, ones, x)
		worst, worstGrad := 0.0, 0.0
		for i, v := range x {
			v := float64(v)
			worst = max(worst, math.Abs(float64(y[i])-v*phi(v))/max(1, math.Abs(v)))
			worstGrad = max(worstGrad, math.Abs(float64(d[i])-phi(v)-v*math.Exp(-v*v/2)/math.Sqrt(2*math.Pi)))
		}
		if worst > 4e-7 || worstGrad > 1e-6 {
			t.Errorf("GELU is off by %.2g, its gradient by %.2g", worst, worstGrad)
		}
		// An element's bits do not depend on where it stands.
		one := make([]float32, 1)
		for i := 0; i < len(x); i += 97 {
			s.GELU(one, x[i:i+1])
			if one[0] != y[i] {
				t.Fatalf("GELU(%v) alone is %v, among others %v", x[i], one[0], y[i])
			}
		}
		nan := []float32{float32(math.NaN())}
		if s.GELU(nan, nan); nan[0] == nan[0] {
			t.Error("GELU(NaN) is a number")
		}
	})
}

func TestExp(t *testing.T) {
	for x := float32(-86); x < 20; x += 0.0031 {
		if want := math.Exp(float64(x)); !(math.Abs(float64(Exp(x))/want-1) <= 3e-7) {
			t.Fatalf("Exp(%v) = %v, want %v", x, Exp(x), want)
		}
	}
	if x := float32(math.NaN()); Exp(x) == Exp(x) {
		t.Error("Exp(NaN) is a number")
	}
}

func TestAdamW(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		r := rand.New(rand.NewPCG(3, 3))
		for _, n := range []int{1, 8, 16, 35} {
			p, g, m, v := random(r, n), random(r, n), random(r, n), random(r, n)
			for i := range v {
				v[i] = v[i] * v[i]
			}
			const scale, rate, decay, b1, b2, eps, step = 0.5, 1e-3, 0.01, 0.9, 0.999, 1e-8, 3
			var want []float64
			for i := range p {
				g := float64(g[i]) * scale
				m := b1*float64(m[i]) + (1-b1)*g
				v := b2*float64(v[i]) + (1-b2)*g*g
				want = append(want, float64(p[i])*(1-rate*decay)-rate*(m/(1-math.Pow(b1, step)))/(math.Sqrt(v/(1-math.Pow(b2, step)))+eps))
			}
			c := Coefficients(scale, rate, decay, b1, b2, eps, step)
			s.AdamW(p, g, m, v, &c)
			for i := range p {
				if !(math.Abs(float64(p[i])-want[i]) <= 3e-7) {
					t.Fatalf("n=%d: p[%d] = %v, want %v", n, i, p[i], want[i])
				}
			}
		}
	})
}

func TestAllocations(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		x := make([]float32, 40*40)
		y := make([]float32, 40*40)
		packed := make([]float32, s.PackedLen(40, 40))
		if n := testing.AllocsPerRun(10, func() {
			s.Product(y, 40, x, 40, packed, x, 40, 40, 40, 0, 40, nil)
			s.Gemm(y, 40, x, 1, 40, x, 40, 40, 40, 40, true)
			s.GELU(y[:37], x[:37])
			s.GELUGrad(y[:37], x[:37], x[:37])
		}); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}

func BenchmarkProduct(b *testing.B) {
	for _, shape := range [][3]int{{512, 384, 1536}, {2048, 768, 3072}, {32, 384, 1536}, {512, 1536, 384}, {2048, 3072, 768}, {13, 384, 384}, {1, 384, 1536}} {
		m, k, n := shape[0], shape[1], shape[2]
		for _, s := range Available() {
			b.Run(fmt.Sprintf("shape=%dx%dx%d/kernel=%s", m, k, n, s.Name), func(b *testing.B) {
				r := rand.New(rand.NewPCG(1, 1))
				x, packed, y := random(r, m*k), make([]float32, s.PackedLen(n, k)), make([]float32, m*n)
				s.Pack(packed, random(r, n*k), n, k)
				for b.Loop() {
					s.Product(y, n, x, k, packed, nil, m, n, k, 0, n, nil)
				}
				rate(b, s, 2*float64(m*n*k))
			})
		}
	}
}

// BenchmarkGemm is the gradient of a weight, dW += dYᵀ·X.
func BenchmarkGemm(b *testing.B) {
	const rows, in, out = 1024, 384, 1536
	for _, s := range Available() {
		b.Run("kernel="+s.Name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 1))
			dy, x, dw := random(r, rows*out), random(r, rows*in), make([]float32, out*in)
			for b.Loop() {
				s.Gemm(dw, in, dy, 1, out, x, in, out, in, rows, true)
			}
			rate(b, s, 2*float64(rows*in*out))
		})
	}
}

// rate reports what a round of so many operations makes, and its share of what
// multiply-adds alone make just after it.
func rate(b *testing.B, s *Set, flops float64) {
	made := flops * float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(made/1e9, "GFLOP/s")
	if s.Peak == nil {
		return
	}
	best := 0.0
	for range 20 {
		begin := time.Now()
		done := s.Peak(20000)
		best = max(best, float64(done)/time.Since(begin).Seconds())
	}
	b.ReportMetric(made/best, "of-peak")
}

func BenchmarkPeak(b *testing.B) {
	for _, s := range machine() {
		b.Run("kernel="+s.Name, func(b *testing.B) {
			flops := 0
			for b.Loop() {
				flops += s.Peak(100000)
			}
			b.ReportMetric(float64(flops)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
