//go:build amd64 && !noasm

package simd

import "unsafe"

// lanes is sixteen words of ones and sixteen of zeroes: a window into it is a mask.
var lanes = func() (l [32]uint32) {
	for i := range 16 {
		l[i] = ^uint32(0)
	}
	return l
}()

func words(t *tile) *uint64 { return (*uint64)(unsafe.Pointer(t)) }

// run computes a tile of m rows and n columns, a dense one t.tiles times.
func (s *Set) run(t *tile, m, n int) {
	switch s.isa {
	case isaAVX512:
		if n > 32 {
			wide512(t, m)
			return
		}
		t.mask = uintptr(1<<n - 1)
		tile512(t, m)
	case isaAVX2:
		switch {
		case n > 16:
			wide256(t, m)
		case s.dense(t, n):
			t.turn = uintptr(m)*t.ars - t.k*t.acs
			if t.step > 16 { // few tiles share the next panel: each fetches more of it than dense256 does
				few256(t, m)
			} else {
				dense256(t, m)
			}
		case n == 16:
			tile256(t, m)
		default:
			t.mask = uintptr(unsafe.Pointer(&lanes[16-n]))
			edge256(t, m)
		}
	default:
		genericTile(t, m, n)
	}
}

func tile512(t *tile, m int) {
	switch m {
	case 12:
		tile512x12(words(t))
	case 11:
		tile512x11(words(t))
	case 10:
		tile512x10(words(t))
	case 9:
		tile512x9(words(t))
	case 8:
		tile512x8(words(t))
	case 7:
		tile512x7(words(t))
	case 6:
		tile512x6(words(t))
	case 5:
		tile512x5(words(t))
	case 4:
		tile512x4(words(t))
	case 3:
		tile512x3(words(t))
	case 2:
		tile512x2(words(t))
	case 1:
		tile512x1(words(t))
	}
}

func dense256(t *tile, m int) {
	switch m {
	case 6:
		dense256x6(words(t))
	case 5:
		dense256x5(words(t))
	case 4:
		dense256x4(words(t))
	case 3:
		dense256x3(words(t))
	case 2:
		dense256x2(words(t))
	case 1:
		dense256x1(words(t))
	}
}

func few256(t *tile, m int) {
	switch m {
	case 6:
		few256x6(words(t))
	case 5:
		few256x5(words(t))
	case 4:
		few256x4(words(t))
	case 3:
		few256x3(words(t))
	case 2:
		few256x2(words(t))
	case 1:
		few256x1(words(t))
	}
}

func tile256(t *tile, m int) {
	switch m {
	case 6:
		tile256x6(words(t))
	case 5:
		tile256x5(words(t))
	case 4:
		tile256x4(words(t))
	case 3:
		tile256x3(words(t))
	case 2:
		tile256x2(words(t))
	case 1:
		tile256x1(words(t))
	}
}

func edge256(t *tile, m int) {
	switch m {
	case 6:
		tile256x6edge(words(t))
	case 5:
		tile256x5edge(words(t))
	case 4:
		tile256x4edge(words(t))
	case 3:
		tile256x3edge(words(t))
	case 2:
		tile256x2edge(words(t))
	case 1:
		tile256x1edge(words(t))
	}
}

func wide512(t *tile, m int) {
	switch m {
	case 3:
		wide512x3(words(t))
	case 2:
		wide512x2(words(t))
	case 1:
		wide512x1(words(t))
	}
}

func wide256(t *tile, m int) {
	switch m {
	case 3:
		wide256x3(words(t))
	case 2:
		wide256x2(words(t))
	case 1:
		wide256x1(words(t))
	}
}
