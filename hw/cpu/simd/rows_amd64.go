//go:build amd64 && !noasm

package simd

func (s *Set) softmax(p []float32, n int) {
	switch s.isa {
	case isaAVX512:
		softmax512(&p[0], len(p)/n, n)
	case isaAVX2:
		softmax256(&p[0], len(p)/n, n)
	default:
		for i := 0; i < len(p); i += n {
			genericSoftmax(p[i : i+n])
		}
	}
}

func (s *Set) norm(y, x, residual, gain, bias []float32, eps float32) {
	var rest *float32
	if residual != nil {
		rest = &residual[0]
	}
	switch s.isa {
	case isaAVX512:
		norm512(&y[0], &x[0], rest, &gain[0], &bias[0], len(x), eps)
	case isaAVX2:
		norm256(&y[0], &x[0], rest, &gain[0], &bias[0], len(x), eps)
	default:
		genericNorm(y, x, residual, gain, bias, eps)
	}
}

func (s *Set) normGrad(dx, dgain, dbias, dy, x, gain []float32, eps float32) {
	switch s.isa {
	case isaAVX512:
		normGrad512(&dx[0], &dgain[0], &dbias[0], &dy[0], &x[0], &gain[0], len(x), eps)
	case isaAVX2:
		normGrad256(&dx[0], &dgain[0], &dbias[0], &dy[0], &x[0], &gain[0], len(x), eps)
	default:
		genericNormGrad(dx, dgain, dbias, dy, x, gain, eps)
	}
}

func (s *Set) add(y, x []float32) {
	switch s.isa {
	case isaAVX512:
		add512(&y[0], &x[0], len(x))
	case isaAVX2:
		add256(&y[0], &x[0], len(x))
	default:
		genericAdd(y, x)
	}
}

func (s *Set) squares(x []float32, sums *[16]float64) {
	switch s.isa {
	case isaAVX512:
		squares512(&x[0], len(x), sums)
	case isaAVX2:
		squares256(&x[0], len(x), sums)
	default:
		genericSquares(x, sums)
	}
}

func (s *Set) transpose(y, x []float32, ldy, ldx, rows, cols int, f float32) {
	transpose256(&y[0], &x[0], ldy, ldx, rows, cols, f)
}

func (s *Set) dropout(y, x []float32, key uint64, bar uint32, up float32) {
	dropout256(&y[0], &x[0], len(x), key, bar, up)
}

func (s *Set) zeroFar(x []float32) { zero256(&x[0], len(x)) }
