package hwtest

import (
	"ltpbench/hw"
)

// step of the central differences of the float64 reference: the error is about
// step², far below a device's float32.
const step = 1e-4

// gradient compares a gradient with central differences of a loss, at up to 40
// elements. loss reads of, whose elements are moved one at a time; base is what
// the gradient was added to, without elements if it overwrites.
func (p *probe) gradient(what string, got hw.Mat, of, base mat, loss func() float64) {
	p.gradientBy(step, what, got, of, base, loss)
}

// gradientBy is gradient with another step.
func (p *probe) gradientBy(step float64, what string, got hw.Mat, of, base mat, loss func() float64) {
	if got.Rows != of.rows || got.Cols != of.cols {
		panic("hwtest: " + what + ": the suite compares different shapes")
	}
	host := p.floats(got)
	places := p.rng.Perm(len(of.x))
	if len(places) > 40 {
		places = append(places[:38], 0, len(of.x)-1)
	}
	within := For(p.d.Info().Type).times(8)
	for _, i := range places {
		at := of.x[i]
		of.x[i] = at + step
		above := loss()
		of.x[i] = at - step
		below := loss()
		of.x[i] = at
		want := (above - below) / (2 * step)
		if len(base.x) > 0 {
			want += base.x[i]
		}
		if !within.Allows(float64(host[i]), want) {
			p.fail("%s: row %d, column %d is %v, want %v", what, i/of.cols, i%of.cols, host[i], want)
			return
		}
	}
}

// turned is the transpose.
func turned(m mat) mat {
	t := zeros(m.cols, m.rows)
	for i := range m.rows {
		for j, v := range m.row(i) {
			t.row(j)[i] = v
		}
	}
	return t
}

// plus is a + b.
func plus(a, b mat) mat {
	sum := a.copy()
	for i, v := range b.x {
		sum.x[i] += v
	}
	return sum
}

// ones is a matrix of 1.
func ones(rows, cols int) mat {
	m := zeros(rows, cols)
	for i := range m.x {
		m.x[i] = 1
	}
	return m
}
