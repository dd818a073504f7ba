package cpu

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"ltpbench/hw/cpu/simd"
)

// limit is a product and what it is made of, one thing added at a time.
type limit struct {
	s       *simd.Set
	m, k, n int
	x, y, w []float32 // w is packed
	at      int       // which block of the whole product is next
}

// step does work and returns how many floating-point operations that was.
type step struct {
	name string
	do   func() int
}

// rows is how many there are in a block.
func (l *limit) rows() int { return min(l.m, l.s.RowBlock(l.k)) }

// panel is tiles of the first panel of B. Without moving A every row of a tile is the
// same, and without moving C every row goes to the same place.
func (l *limit) panel(k int, a, c bool) func() int {
	ldx, ldy := 0, 0
	if a {
		ldx = l.k
	}
	if c {
		ldy = l.n
	}
	return func() int {
		wide := l.s.Panel()
		l.s.Product(l.y, ldy, l.x, ldx, l.w, nil, l.rows(), l.n, k, 0, wide, l.w)
		return 2 * l.rows() * wide * k
	}
}

func (l *limit) block() int {
	l.s.Product(l.y, l.n, l.x, l.k, l.w, nil, l.rows(), l.n, l.k, 0, l.n, l.w)
	return 2 * l.rows() * l.n * l.k
}

func (l *limit) product() int {
	blocks := (l.m + l.rows() - 1) / l.rows()
	i, end := l.m*l.at/blocks, l.m*(l.at+1)/blocks
	l.at = (l.at + 1) % blocks
	rows := end - i
	l.s.Product(l.y[i*l.n:], l.n, l.x[i*l.k:], l.k, l.w, nil, rows, l.n, l.k, 0, l.n, l.w)
	return 2 * rows * l.n * l.k
}

func (l *limit) steps() []step {
	return []step{
		{"multiply-adds", func() int { return l.s.Peak(6000) }},
		{"tiles-in-L1", l.panel(min(l.k, 256), false, false)},
		{"whole-k", l.panel(l.k, false, false)},
		{"A-moves", l.panel(l.k, true, false)},
		{"C-moves", l.panel(l.k, true, true)},
		{"B-moves", l.block},
		{"blocks-move", l.product},
	}
}

// BenchmarkLimit shows where a product on one thread loses how much: the share of the
// FMA peak that its tiles make on data in the first-level cache, with as many k as the
// product has, with A's rows going by a panel (from the second-level cache), C going to
// its place in a large matrix, B's panels going by, and at last blocks of rows too.
// Slices of a few milliseconds take turns; the peak is the better of two short slices
// just before and after each. of-peak is the median, of-peak-p90 what a tenth exceeds.
func BenchmarkLimit(b *testing.B) {
	for _, s := range simd.Available() {
		if s.Peak == nil {
			continue
		}
		for _, shape := range [][3]int{{512, 384, 1536}, {2048, 768, 3072}, {32, 384, 1536}} {
			l := limit{s: s, m: shape[0], k: shape[1], n: shape[2]}
			r := rand.New(rand.NewPCG(1, 1))
			var a arena
			b.Cleanup(a.end)
			l.x, l.y, l.w = a.floats(l.m*l.k), a.floats(l.m*l.n), a.floats(s.PackedLen(l.n, l.k))
			for _, v := range [][]float32{l.x, l.y, l.w} {
				for i := range v {
					v[i] = r.Float32() - 0.5
				}
			}
			for name, shares := range interleaved(s, l.steps()) {
				b.Run(fmt.Sprintf("kernel=%s/shape=%dx%dx%d/step=%s", s.Name, l.m, l.k, l.n, name), func(b *testing.B) {
					b.ReportMetric(0, "ns/op") // left out
					b.ReportMetric(shares[len(shares)/2], "of-peak")
					b.ReportMetric(shares[len(shares)*9/10], "of-peak-p90")
				})
			}
		}
	}
}

// interleaved measures steps by turns and yields their shares of the peak, in order.
func interleaved(s *simd.Set, steps []step) func(yield func(string, []float64) bool) {
	const rounds, slice = 150, 3 * time.Millisecond
	rate := func(do func() int, long time.Duration) float64 {
		begin, flops := time.Now(), 0
		for flops == 0 || time.Since(begin) < long {
			flops += do()
		}
		return float64(flops) / time.Since(begin).Seconds()
	}
	peak := func() float64 { return rate(func() int { return s.Peak(6000) }, 0) }
	shares := make([][]float64, len(steps))
	for range rounds {
		for _, i := range rand.Perm(len(steps)) {
			before := peak()
			r := rate(steps[i].do, slice)
			shares[i] = append(shares[i], r/max(before, peak()))
		}
	}
	return func(yield func(string, []float64) bool) {
		for i, x := range shares {
			slices.Sort(x)
			if !yield(steps[i].name, x) {
				return
			}
		}
	}
}
