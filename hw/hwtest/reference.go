package hwtest

import (
	"math"

	"ltpbench/hw"
)

// mat is a matrix of the reference: float64 on the host.
type mat struct {
	rows, cols int
	x          []float64
}

func zeros(rows, cols int) mat { return mat{rows, cols, make([]float64, rows*cols)} }

func (m mat) row(i int) []float64 { return m.x[i*m.cols : (i+1)*m.cols] }

func (m mat) copy() mat { return mat{m.rows, m.cols, append([]float64(nil), m.x...)} }

// float32s returns the elements, as they were written to the device.
func (m mat) float32s() []float32 {
	x := make([]float32, len(m.x))
	for i, v := range m.x {
		x[i] = float32(v)
	}
	return x
}

// dot is Σ a·b over all elements: with b given, a loss whose gradient is b.
func dot(a, b mat) float64 {
	sum := 0.0
	for i, v := range a.x {
		sum += v * b.x[i]
	}
	return sum
}

// linearOf returns x·Wᵀ + bias; bias may have no elements.
func linearOf(x, w, bias mat) mat {
	y := zeros(x.rows, w.rows)
	for i := range y.rows {
		for j := range y.cols {
			sum := 0.0
			if len(bias.x) > 0 {
				sum = bias.x[j]
			}
			for k, v := range x.row(i) {
				sum += v * w.row(j)[k]
			}
			y.row(i)[j] = sum
		}
	}
	return y
}

func activate(x mat, act hw.Act) mat {
	y := x.copy()
	for i, v := range x.x {
		switch act {
		case hw.GELU:
			y.x[i] = v * 0.5 * math.Erfc(-v/math.Sqrt2)
		case hw.Tanh:
			y.x[i] = math.Tanh(v)
		case hw.ReLU:
			if v < 0 {
				y.x[i] = 0
			}
		case hw.GELUTanh:
			y.x[i] = v * 0.5 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(v+0.044715*v*v*v)))
		case hw.QuickGELU:
			y.x[i] = v / (1 + math.Exp(-1.702*v))
		case hw.SiLU:
			y.x[i] = v / (1 + math.Exp(-v))
		}
	}
	return y
}

// normOf returns LayerNorm(x + residual); residual may have no elements.
func normOf(x, residual, gain, bias mat, eps float32) mat {
	y := x.copy()
	for r := range y.rows {
		row := y.row(r)
		mean, square := 0.0, 0.0
		for j := range row {
			if len(residual.x) > 0 {
				row[j] += residual.row(r)[j]
			}
			mean += row[j] / float64(y.cols)
		}
		for _, v := range row {
			square += (v - mean) * (v - mean) / float64(y.cols)
		}
		for j, v := range row {
			row[j] = (v-mean)/math.Sqrt(square+float64(eps))*gain.x[j] + bias.x[j]
		}
	}
	return y
}

// tables is an embedding's; segment may have no elements.
type tables struct {
	word, position, segment, gain, bias mat
	eps                                 float32
}

func embedOf(t tables, ids, positions, segments []int32) mat {
	y := zeros(len(ids), t.word.cols)
	for r := range ids {
		for j := range y.cols {
			v := t.word.row(int(ids[r]))[j] + t.position.row(int(positions[r]))[j]
			if len(t.segment.x) > 0 {
				v += t.segment.row(int(segments[r]))[j]
			}
			y.row(r)[j] = v
		}
	}
	return normOf(y, mat{}, t.gain, t.bias, t.eps)
}

// combineOf makes row i of rows offsets[i] to offsets[i+1] of the list.
func combineOf(x mat, offsets, list []int32, weights mat) mat {
	y := zeros(len(offsets)-1, x.cols)
	for i := range y.rows {
		for k := offsets[i]; k < offsets[i+1]; k++ {
			for j, v := range x.row(int(list[k])) {
				y.row(i)[j] += weights.x[k] * v
			}
		}
	}
	return y
}

func gatherOf(x mat, list []int32) mat {
	y := zeros(len(list), x.cols)
	for i, r := range list {
		copy(y.row(i), x.row(int(r)))
	}
	return y
}

func (m mat) top(rows int) mat { return mat{rows, m.cols, m.x[:rows*m.cols]} }
