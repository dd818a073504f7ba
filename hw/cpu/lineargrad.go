package cpu

import (
	"math"

	"ltpbench/hw"
)

// gradBlock is how many columns of dW a part computes.
const gradBlock = 96

func (d *device) LinearGrad(dx, dw, db, dy, x hw.Mat, w hw.Weights) {
	if d.err != nil || dy.Rows == 0 {
		return
	}
	if dy.Cols != w.Out || x.Rows != dy.Rows || x.Cols != w.In {
		panic("cpu: LinearGrad: shapes do not fit")
	}
	rows, in, out := dy.Rows, w.In, w.Out
	gy, gx := f(dy), f(dx)
	if gx != nil {
		if w.W.Absent() {
			panic("cpu: LinearGrad: these weights were not made by Trainable")
		}
		step := max(12, min(120, (rows/(2*d.pool.threads)+11)/12*12))
		back := w.Packed.(*packed).back
		d.do(func(part, thread int) {
			r0, r1 := part*step, min(rows, (part+1)*step)
			d.set.Product(gx[r0*in:], in, gy[r0*out:], out, back, nil, r1-r0, in, out, 0, in)
		}, (rows+step-1)/step)
	}
	if gw := f(dw); gw != nil {
		xs := f(x)
		parts := (in + gradBlock - 1) / gradBlock
		halves := min(out, d.pool.threads)
		d.do(func(part, thread int) {
			c0 := part / halves * gradBlock
			c1 := min(in, c0+gradBlock)
			o0, o1 := part%halves*out/halves, (part%halves+1)*out/halves
			d.set.Gemm(gw[o0*in+c0:], in, gy[o0:], 1, out, xs[c0:], in, o1-o0, c1-c0, rows, true)
		}, parts*halves)
	}
	if gb := f(db); gb != nil {
		for r := range rows {
			for j, v := range gy[r*out : (r+1)*out] {
				gb[j] += v
			}
		}
	}
}

func (d *device) ActGrad(dx, dy, saved hw.Mat, act hw.Act) {
	if d.err != nil {
		return
	}
	if act == hw.Identity {
		saved = dy // nothing needs it
	}
	all, dys, saw := f(dx), f(dy), f(saved)
	d.elements(len(all), func(i, j int) {
		to, from, s := all[i:j], dys[i:j], saw[i:j]
		switch act {
		case hw.GELU:
			d.set.GELUGrad(to, from, s)
		case hw.Tanh:
			for k, y := range s {
				to[k] = from[k] * (1 - y*y)
			}
		case hw.ReLU:
			for k, y := range s {
				g := from[k]
				if y <= 0 {
					g = 0
				}
				to[k] = g
			}
		default:
			copy(to, from)
		}
	})
}

// elements runs w for blocks of n elements.
func (d *device) elements(n int, w func(from, to int)) {
	const block = 8192
	d.do(func(part, thread int) { w(part*block, min(n, (part+1)*block)) }, (n+block-1)/block)
}

func (d *device) Zero(m hw.Mat) {
	if d.err != nil {
		return
	}
	to := f(m)
	d.elements(len(to), func(i, j int) { clear(to[i:j]) })
}

func (d *device) Add(y, x hw.Mat) {
	if d.err != nil {
		return
	}
	to, from := f(y), f(x)
	d.elements(len(to), func(i, j int) { d.set.Add(to[i:j], from[i:j]) })
}

func (d *device) Dropout(y, x hw.Mat, drop hw.Dropout) {
	if d.err != nil {
		return
	}
	to, from, keys, cols := f(y), f(x), n(drop.Keys), y.Cols
	bar, up := drop.Bar(), 1/(1-drop.Rate)
	d.do(func(part, thread int) {
		for r := part * chunk; r < min(y.Rows, (part+1)*chunk); r++ {
			key := rowKey(keys, r)
			for j := 0; j < cols; j += 4 {
				bits := drop.Bits(key, j/4)
				for c := r*cols + j; c < r*cols+min(cols, j+4); c++ {
					to[c] = masked(from[c]*up, int32(bits&0xffff-bar))
					bits >>= 16
				}
			}
		}
	}, (y.Rows+chunk-1)/chunk)
}

// GradNorm adds up squares in float64 over fixed chunks, so the sum does not
// depend on the number of threads.
func (d *device) GradNorm(norm hw.Mat, grads []hw.Mat) {
	if d.err != nil {
		return
	}
	const block = 1 << 16
	type piece struct{ x []float32 }
	var pieces []piece
	for _, g := range grads {
		x := f(g)
		for i := 0; i < len(x); i += block {
			pieces = append(pieces, piece{x[i:min(len(x), i+block)]})
		}
	}
	sums := make([]float64, len(pieces))
	d.do(func(part, thread int) {
		sums[part] = d.set.Squares(pieces[part].x)
	}, len(pieces))
	total := 0.0
	for _, s := range sums {
		total += s
	}
	f(norm)[0] = float32(math.Sqrt(total))
}
