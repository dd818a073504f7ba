//go:build !amd64 || noasm

package simd

func (s *Set) softmax(p []float32, n int) {
	for i := 0; i < len(p); i += n {
		genericSoftmax(p[i : i+n])
	}
}

func (s *Set) norm(y, x, residual, gain, bias []float32, eps float32) {
	genericNorm(y, x, residual, gain, bias, eps)
}

func (s *Set) normGrad(dx, dgain, dbias, dy, x, gain []float32, eps float32) {
	genericNormGrad(dx, dgain, dbias, dy, x, gain, eps)
}

func (s *Set) add(y, x []float32)                                            { genericAdd(y, x) }
func (s *Set) squares(x []float32, sums *[16]float64)                        { genericSquares(x, sums) }
func (s *Set) transpose(y, x []float32, ldy, ldx, rows, cols int, f float32) {}
func (s *Set) dropout(y, x []float32, key uint64, bar uint32, up float32)    {}
func (s *Set) zeroFar(x []float32)                                           {}
