package cpu

import "ltpbench/hw"

func (d *device) Activate(y, x hw.Mat, act hw.Act) {
	if y.Rows != x.Rows || y.Cols != x.Cols {
		panic("cpu: Activate: shapes do not fit")
	}
	to := f(y)
	d.backward(backward{do: (*backward).activate, items: len(to), block: elements, to: to, from: f(x), act: act})
}

func (b *backward) activate(i, j, _ int) { b.d.activate(b.to[i:j], b.from[i:j], b.act) }

func (d *device) ActGrad(dx, dy, saved hw.Mat, act hw.Act) {
	if act == hw.Identity {
		saved = dy // nothing needs it
	}
	to := f(dx)
	d.backward(backward{do: (*backward).actGrad, items: len(to), block: elements, to: to, from: f(dy), x: f(saved), act: act})
}

func (b *backward) actGrad(i, j, _ int) {
	to, from, s := b.to[i:j], b.from[i:j], b.x[i:j]
	switch b.act {
	case hw.GELU:
		b.d.set.GELUGrad(to, from, s)
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
	case hw.GELUTanh, hw.QuickGELU, hw.SiLU:
		gatedGrad(to, from, s, b.act)
	default:
		copy(to, from)
	}
}

// large is from how many floats on zeroes leave nothing in cache that is of use.
const large = 1 << 18

func (d *device) Zero(m hw.Mat) {
	to, do := f(m), (*backward).zero
	if len(to) >= large {
		do = (*backward).zeroFar
	}
	d.backward(backward{do: do, items: len(to), block: elements, to: to})
}

func (b *backward) zero(i, j, _ int) { clear(b.to[i:j]) }

func (b *backward) zeroFar(i, j, _ int) { b.d.set.ZeroFar(b.to[i:j]) }

func (d *device) Add(y, x hw.Mat) {
	to := f(y)
	d.backward(backward{do: (*backward).add, items: len(to), block: elements, to: to, from: f(x)})
}

func (b *backward) add(i, j, _ int) { b.d.set.Add(b.to[i:j], b.from[i:j]) }

func (d *device) Dropout(y, x hw.Mat, drop hw.Dropout) {
	d.backward(backward{do: (*backward).dropout, items: y.Rows, block: chunk, to: f(y), from: f(x), list: n(drop.Keys), cols: y.Cols, drop: drop})
}

func (b *backward) dropout(i, j, _ int) {
	bar, up := b.drop.Bar(), 1/(1-b.drop.Rate)
	for r := i; r < j; r++ {
		first, end := r*b.cols, (r+1)*b.cols
		b.d.set.Dropout(b.to[first:end], b.from[first:end], b.drop.Row(rowKey(b.list, r)), bar, up)
	}
}
