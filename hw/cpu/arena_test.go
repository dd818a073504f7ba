package cpu

import (
	"testing"
	"unsafe"
)

// TestArena: each piece begins a cache line, is zero, and is nobody else's.
func TestArena(t *testing.T) {
	var a arena
	defer a.end()
	var pieces [][]float32
	for _, n := range []int{0, 1, 15, 16, 17, hugePage - 1, 5, 3 * hugePage, 100, 700000, 16, largePiece + 1, 1} {
		x := a.floats(n)
		if len(x) != n || cap(x) != n {
			t.Fatalf("%d floats asked for, %d of %d given", n, len(x), cap(x))
		}
		if n > 0 && uintptr(unsafe.Pointer(&x[0]))%64 != 0 {
			t.Errorf("%d floats do not begin a cache line", n)
		}
		if n > largePiece && uintptr(unsafe.Pointer(&x[0]))%(4*hugePage) != 0 {
			t.Errorf("%d floats do not begin a huge page", n)
		}
		for i, v := range x {
			if v != 0 {
				t.Fatalf("%d floats: entry %d is %v", n, i, v)
			}
			x[i] = float32(len(pieces) + 1)
		}
		pieces = append(pieces, x)
	}
	for p, x := range pieces {
		for i, v := range x {
			if v != float32(p+1) {
				t.Fatalf("piece %d, entry %d, has been written over", p, i)
			}
		}
	}
}
