package simd

import "math"

// Softmax turns a row of logits into probabilities, in place.
func Softmax(p []float32) {
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

// LayerNorm sets y to the normalised x + residual, times gain plus bias.
// residual may be nil, y may be x. Sums run in eight lanes, so that they are the
// same on every path.
func LayerNorm(y, x, residual, gain, bias []float32, eps float32) {
	if residual != nil {
		residual = residual[:len(x)]
		y = y[:len(x)]
		for i := range x {
			y[i] = x[i] + residual[i]
		}
		x = y
	}
	mean := Sum(x) / float32(len(x))
	rstd := 1 / float32(math.Sqrt(float64(squares(x, mean)/float32(len(x))+eps)))
	y, gain, bias = y[:len(x)], gain[:len(x)], bias[:len(x)]
	for i, v := range x {
		y[i] = (v-mean)*rstd*gain[i] + bias[i]
	}
}

// Sum returns the sum of x, added up in eight lanes.
func Sum(x []float32) float32 {
	var s [8]float32
	i := 0
	for ; i+8 <= len(x); i += 8 {
		v := x[i : i+8 : i+8]
		s[0] += v[0]
		s[1] += v[1]
		s[2] += v[2]
		s[3] += v[3]
		s[4] += v[4]
		s[5] += v[5]
		s[6] += v[6]
		s[7] += v[7]
	}
	for ; i < len(x); i++ {
		s[0] += x[i]
	}
	return (s[0] + s[1]) + (s[2] + s[3]) + ((s[4] + s[5]) + (s[6] + s[7]))
}

// squares returns Σ (x-mean)².
func squares(x []float32, mean float32) float32 {
	var s [4]float32
	i := 0
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
	return s[0] + s[1] + (s[2] + s[3])
}

// LayerNormGrad sets dx to what LayerNorm sends back for one row, and adds to
// dgain and dbias. x is the row that was normalised (with its residual).
func LayerNormGrad(dx, dgain, dbias, dy, x, gain []float32, eps float32) {
	n := float32(len(x))
	mean := Sum(x) / n
	rstd := 1 / float32(math.Sqrt(float64(squares(x, mean)/n+eps)))
	var a, b float32
	dx, dy, gain, dgain, dbias = dx[:len(x)], dy[:len(x)], gain[:len(x)], dgain[:len(x)], dbias[:len(x)]
	for i, v := range x {
		h := (v - mean) * rstd
		dgain[i] += dy[i] * h
		dbias[i] += dy[i]
		g := dy[i] * gain[i]
		a += g
		b += g * h
	}
	a, b = a/n, b/n
	for i, v := range x {
		dx[i] = (dy[i]*gain[i] - a - (v-mean)*rstd*b) * rstd
	}
}

// Add adds x to y.
func Add(y, x []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += v
	}
}

// Transpose writes the rows×cols matrix x (row stride ldx) as cols×rows into y
// (row stride ldy), each element times f.
func Transpose(y []float32, ldy int, x []float32, ldx, rows, cols int, f float32) {
	for i := range rows {
		for j, v := range x[i*ldx : i*ldx+cols] {
			y[j*ldy+i] = v * f
		}
	}
}
