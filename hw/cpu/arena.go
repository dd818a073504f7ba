package cpu

// arena hands out a device's memory from large pieces, so that weights and
// activations lie together on huge pages where the system has them: a product
// that streams weights would else miss in the table of pages at every panel.
// Memory goes with the garbage collector when nothing refers to its piece.
type arena struct {
	free []float32
	last int // floats of the last piece
}

// The first and the largest piece that is not asked for as one, in floats.
const (
	smallPiece = 1 << 16
	largePiece = 8 << 20
)

// floats returns n zeroed floats that begin a cache line.
func (a *arena) floats(n int) []float32 {
	const line = 16
	whole := (n + line - 1) / line * line
	if whole > len(a.free) {
		a.last = max(whole, min(max(smallPiece, 2*a.last), largePiece))
		a.free = make([]float32, a.last)
		hugePages(a.free)
	}
	x := a.free[:n:n]
	a.free = a.free[whole:]
	return x
}
