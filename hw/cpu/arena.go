package cpu

import "unsafe"

// arena hands out memory from large pieces, so that weights and activations lie
// together on huge pages where the system has them: a product that streams weights
// would otherwise miss in the table of pages at every panel.
type arena struct {
	free   []float32
	pieces [][]float32 // as pages returned them
	last   int         // floats of the last piece
	bytes  int64       // of all pieces
	given  int         // floats handed out
}

// The floats of a huge page, and of the largest piece that is not asked for as one.
const (
	hugePage   = 2 << 20 / 4
	largePiece = 8 << 20
)

// floats returns n zeroed floats that begin a cache line.
func (a *arena) floats(n int) []float32 {
	const line = 16
	whole := (n + line - 1) / line * line
	if whole > len(a.free) {
		a.last = max(whole, min(max(hugePage, 2*a.last), largePiece))
		a.free = a.wholePages(a.last)
	}
	x := a.free[:n:n]
	a.free, a.given = a.free[whole:], a.given+whole
	return x
}

// wholePages returns at least n zeroed floats that fill huge pages. What it takes
// beside them is never touched, so it occupies addresses alone.
func (a *arena) wholePages(n int) []float32 {
	n = (n + hugePage - 1) / hugePage * hugePage
	x := pages(n + hugePage)
	a.pieces, a.bytes = append(a.pieces, x), a.bytes+4*int64(n)
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(x)))/4) % hugePage
	x = x[skip : skip+n]
	hugePages(x)
	return x
}

// end gives all memory back.
func (a *arena) end() {
	for _, x := range a.pieces {
		unmap(x)
	}
	*a = arena{}
}
