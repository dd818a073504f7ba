package simd

import "math"

// Softmax turns each row of n logits into probabilities, in place; p holds the
// rows without gaps. What is below e^-86 of the row's largest may become 0.
func (s *Set) Softmax(p []float32, n int) {
	if len(p) > 0 {
		s.softmax(p, n)
	}
}

// LayerNorm sets y to the normalised x + residual, times gain plus bias, for one
// row. residual may be nil, y may be x.
func (s *Set) LayerNorm(y, x, residual, gain, bias []float32, eps float32) {
	n := len(x)
	y, gain, bias = y[:n], gain[:n], bias[:n]
	if residual != nil {
		residual = residual[:n]
	}
	s.norm(y, x, residual, gain, bias, eps)
}

// LayerNormGrad sets dx to what LayerNorm sends back for one row, and adds to
// dgain and dbias. x is the row that was normalised (with its residual).
func (s *Set) LayerNormGrad(dx, dgain, dbias, dy, x, gain []float32, eps float32) {
	n := len(x)
	s.normGrad(dx[:n], dgain[:n], dbias[:n], dy[:n], x, gain[:n], eps)
}

func genericSoftmax(p []float32) {
	top := float32(math.Inf(-1))
	for _, x := range p {
		if x > top {
			top = x
		}
	}
	sum := float32(0)
	for i, x := range p {
		e := Exp(x - top)
		p[i] = e
		sum += e
	}
	inv := 1 / sum
	for i := range p {
		p[i] *= inv
	}
}

func genericNorm(y, x, residual, gain, bias []float32, eps float32) {
	if residual != nil {
		for i := range x {
			y[i] = x[i] + residual[i]
		}
		x = y
	}
	mean, rstd := moments(x, eps)
	for i, v := range x {
		y[i] = (v-mean)*rstd*gain[i] + bias[i]
	}
}

func genericNormGrad(dx, dgain, dbias, dy, x, gain []float32, eps float32) {
	mean, rstd := moments(x, eps)
	var a, b float32
	for i, v := range x {
		h := (v - mean) * rstd
		dgain[i] += dy[i] * h
		dbias[i] += dy[i]
		g := dy[i] * gain[i]
		a += g
		b += g * h
	}
	n := float32(len(x))
	a, b = a/n, b/n
	for i, v := range x {
		dx[i] = (dy[i]*gain[i] - a - (v-mean)*rstd*b) * rstd
	}
}

// moments returns the mean and 1/√(variance+eps), each sum in four lanes.
func moments(x []float32, eps float32) (mean, rstd float32) {
	n := float32(len(x))
	var s [4]float32
	i := 0
	for ; i+4 <= len(x); i += 4 {
		s[0] += x[i]
		s[1] += x[i+1]
		s[2] += x[i+2]
		s[3] += x[i+3]
	}
	for ; i < len(x); i++ {
		s[0] += x[i]
	}
	mean = (s[0] + s[1] + (s[2] + s[3])) / n
	s = [4]float32{}
	i = 0
	for ; i+4 <= len(x); i += 4 {
		a, b, c, d := x[i]-mean, x[i+1]-mean, x[i+2]-mean, x[i+3]-mean
		s[0] += a * a
		s[1] += b * b
		s[2] += c * c
		s[3] += d * d
	}
	for ; i < len(x); i++ {
		s[0] += (x[i] - mean) * (x[i] - mean)
	}
	return mean, 1 / float32(math.Sqrt(float64((s[0]+s[1]+(s[2]+s[3]))/n+eps)))
}
