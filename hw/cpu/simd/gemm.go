package simd

import "unsafe"

// tile is the argument of a tile of a product; strides are in bytes. The layout
// is read by assembly.
type tile struct {
	c      unsafe.Pointer // C, row-major
	ldc    uintptr
	a      unsafe.Pointer // A(i,k) at a + i·ars + k·acs
	ars    uintptr
	acs    uintptr
	b      unsafe.Pointer // B(k,j) at b + k·ldb + 4j
	ldb    uintptr
	init   unsafe.Pointer // what C begins with, row i at init + i·ldinit; nil: zero
	ldinit uintptr
	k      uintptr
	mask   uintptr // AVX-512: a bit per column; AVX2: the address of a mask
	next   uintptr // a wide tile: from a panel of B to the next
	fetch  uintptr // the address from which on the tile fetches memory into the cache
	step   uintptr // by how much fetch moves on at each k
	tiles  uintptr // a dense tile: so many, one below the other
	turn   uintptr // a dense tile: from the end of rows of A to the rows below
}

// PackedLen returns how many floats Pack and PackT need for a k×n matrix B.
func (s *Set) PackedLen(n, k int) int { return (n + s.nr - 1) / s.nr * s.nr * k }

// Pack lays out B = Wᵀ for W (n×k, row-major, out×in as Hugging Face stores it)
// in panels of Panel() columns, the last one filled up with zeroes.
func (s *Set) Pack(dst, w []float32, n, k int) {
	for j := 0; j < n; j += s.nr {
		panel := dst[j*k : (j+s.nr)*k]
		if n-j < s.nr {
			clear(panel)
		}
		s.Transpose(panel, s.nr, w[j*k:], k, min(s.nr, n-j), k, 1)
	}
}

// PackT lays out the columns [j0, j1) of B = W itself (k×n, row-major): the weights
// of X·W. j0 is a multiple of Panel(), j1 one or n.
func (s *Set) PackT(dst, w []float32, n, k, j0, j1 int) {
	for j := j0; j < j1; j += s.nr {
		panel, width := dst[j*k:(j+s.nr)*k], min(s.nr, j1-j)
		for i := range k {
			to, from := panel[i*s.nr:(i+1)*s.nr], w[i*n+j:i*n+j+width]
			clear(to[copy(to, from):])
		}
	}
}

// Product sets the columns [j0, j1) of Y (m×n, row stride ldy) to X·B + bias for
// packed B (k×n); j0 is a multiple of Panel(), j1 one or n. bias has n entries
// or is nil. then is the column of the panel that the thread turns to afterwards,
// which is fetched with the last: j1 if nothing else is known.
func (s *Set) Product(y []float32, ldy int, x []float32, ldx int, packed, bias []float32, m, n, k, j0, j1 int, then []float32) {
	var t tile
	t.ldc, t.ars, t.acs, t.ldb, t.k = uintptr(4*ldy), uintptr(4*ldx), 4, uintptr(4*s.nr), uintptr(k)
	t.next = t.ldb * t.k
	block := s.RowBlock(k)
	for i0, rows := 0, 0; i0 < m; i0 += rows {
		rows = min(block, m-i0)
		last := i0+rows == m
		if rest := rows % s.mr; 1 < rest && rest <= s.spare && rest < rows {
			rows -= rest // the next block, in wide tiles
		}
		for j := j0; j < j1; {
			width := s.width(rows, j1-j)
			t.b = unsafe.Pointer(&packed[j*k])
			if bias != nil {
				t.init = unsafe.Pointer(&bias[j])
			}
			// While the tiles of a panel are made, the next panel comes, a share with each;
			// a single tile fetches its own.
			tiles := (rows + s.mr - 1) / s.mr
			t.fetch, t.step = uintptr(t.b)+t.next, (t.ldb+uintptr(tiles)-1)/uintptr(tiles)
			if tiles == 1 && width <= s.nr {
				t.fetch = uintptr(t.b) + shortly
			}
			t.c, t.a = unsafe.Pointer(&y[i0*ldy+j]), unsafe.Pointer(&x[i0*ldx])
			if j+width >= j1 && last && len(then) > 0 {
				after := uintptr(unsafe.Pointer(unsafe.SliceData(then)))
				if d := k - shortly/(4*s.nr); tiles == 1 && width <= s.nr && d > 0 {
					s.inTwo(t, rows, width, d, after)
					break
				}
				t.fetch = after
			}
			s.down(t, rows, width)
			j += width
		}
	}
}

// down computes rows of a panel, in tiles of about equal height that stand one
// below the other.
func (s *Set) down(t tile, rows, width int) {
	c, a, init := t.c, t.a, t.init
	tiles := (rows + s.mr - 1) / s.mr
	for i := 0; i < rows; {
		height, count := (rows-i+tiles-1)/tiles, 1
		if s.dense(&t, width) { // all of this height
			if count = (rows - i) % tiles; count == 0 {
				count = tiles
			}
		}
		t.c, t.a = unsafe.Add(c, i*int(t.ldc)), unsafe.Add(a, i*int(t.ars))
		if init != nil {
			t.init = unsafe.Add(init, i*int(t.ldinit))
		}
		t.tiles = uintptr(count)
		s.run(&t, height, width)
		t.fetch += t.step * t.k * t.tiles
		i, tiles = i+count*height, tiles-count
	}
}

// dense reports whether the kernel of such a tile makes as many of them as t.tiles says.
func (s *Set) dense(t *tile, n int) bool {
	return s.isa == isaAVX2 && n == 16 && t.acs == 4 && t.ldb == 64
}

// inTwo is down for a single tile that sums over d of k first, and while it sums over
// the rest fetches what comes after.
func (s *Set) inTwo(t tile, rows, width, d int, after uintptr) {
	k := t.k
	t.k = uintptr(d)
	s.down(t, rows, width)
	t.a, t.b, t.k = unsafe.Add(t.a, d*int(t.acs)), unsafe.Add(t.b, d*int(t.ldb)), k-t.k
	t.init, t.ldinit, t.fetch = t.c, t.ldc, after
	s.down(t, rows, width)
}

// shortly is how many bytes ahead of itself a tile fetches that has a panel to itself:
// far enough for memory to answer, and no more than caches hold beside the rest.
const shortly = 8 << 10

// RowBlock is how many rows of X, k long, stay in the second-level cache while
// panels go by: a split by rows takes no more.
func (s *Set) RowBlock(k int) int { return max(2, min(120/s.mr, 1<<17/k/s.mr)) * s.mr }

// width is how many of n columns the next tiles of a block of rows have.
func (s *Set) width(rows, n int) int {
	if rows <= s.few {
		if w := s.nr / 2 * wideVectors(rows); n >= w {
			return w
		}
	}
	return min(s.nr, n)
}

// wideVectors is how many vectors a tile of so few rows has.
func wideVectors(rows int) int {
	if rows == 1 {
		return 8
	}
	return 4
}

// Gemm sets C (m×n, row stride ldc) to A·B, or adds A·B to it. A's element (i,k)
// is a[i·ars+k·acs], B's (k,j) is b[k·ldb+j].
func (s *Set) Gemm(c []float32, ldc int, a []float32, ars, acs int, b []float32, ldb int, m, n, k int, add bool) {
	if m == 0 || n == 0 {
		return
	}
	if k == 0 {
		for i := 0; i < m && !add; i++ {
			clear(c[i*ldc : i*ldc+n])
		}
		return
	}
	var t tile
	t.ldc, t.ars, t.acs, t.ldb, t.k = uintptr(4*ldc), uintptr(4*ars), uintptr(4*acs), uintptr(4*ldb), uintptr(k)
	t.next = uintptr(4 * s.nr)
	for j := 0; j < n; {
		width := s.width(m, n-j)
		t.b = unsafe.Pointer(&b[j])
		t.fetch = uintptr(t.b) // what is there: nothing is fetched
		t.c, t.a = unsafe.Pointer(&c[j]), unsafe.Pointer(&a[0])
		if add {
			t.init, t.ldinit = t.c, t.ldc
		}
		s.down(t, m, width)
		j += width
	}
}
