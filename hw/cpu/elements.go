package cpu

import "ltpbench/hw"

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

// large is from how many floats on zeroes leave nothing in cache that is of use.
const large = 1 << 18

func (d *device) Zero(m hw.Mat) {
	if d.err != nil {
		return
	}
	to := f(m)
	if len(to) < large {
		d.elements(len(to), func(i, j int) { clear(to[i:j]) })
		return
	}
	d.elements(len(to), func(i, j int) { d.set.ZeroFar(to[i:j]) })
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
			d.set.Dropout(to[r*cols:(r+1)*cols], from[r*cols:(r+1)*cols], drop.Row(rowKey(keys, r)), bar, up)
		}
	}, (y.Rows+chunk-1)/chunk)
}
