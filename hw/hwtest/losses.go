package hwtest

import (
	"math"

	"ltpbench/hw"
)

func losses(p *probe) {
	for _, s := range [][2]int{{1, 2}, {3, 2}, {32, 3}, {70, 24}} {
		rows, cols := s[0], s[1]
		const weight = 0.7
		x, target, base := p.random(rows, cols), p.random(rows, cols), p.random(rows, cols)

		p.begin("SquaredError %dx%d", rows, cols)
		squared := func() float64 {
			sum := 0.0
			for i, v := range x.x {
				sum += (v - target.x[i]) * (v - target.x[i])
			}
			return sum * weight / float64(rows*cols)
		}
		p.loss(p.back.SquaredError, squared, x, target, base, weight)

		p.begin("CrossEntropy %dx%d", rows, cols)
		for r := range rows {
			sum := 0.0
			for j := range cols {
				target.row(r)[j] = p.rng.Float64()
				sum += target.row(r)[j]
			}
			for j := range cols {
				target.row(r)[j] /= sum
			}
		}
		target.row(0)[0] = 1 // a label
		clear(target.row(0)[1:])
		x.row(rows - 1)[0] += 60
		entropy := func() float64 {
			total := 0.0
			for r := range rows {
				sum, top := 0.0, x.row(r)[0]
				for _, v := range x.row(r) {
					top = math.Max(top, v)
				}
				for _, v := range x.row(r) {
					sum += math.Exp(v - top)
				}
				for j, v := range x.row(r) {
					total -= target.row(r)[j] * (v - top - math.Log(sum))
				}
			}
			return total * weight / float64(rows)
		}
		p.loss(p.back.CrossEntropy, entropy, x, target, base, weight)
	}
}

// loss checks that an operation adds a loss and, where wanted, its gradient.
func (p *probe) loss(op func(loss, dx, x, target hw.Mat, weight float32), want func() float64, x, target, base mat, weight float32) {
	before := mat{1, 1, []float64{0.25}}
	total, dx, on := p.mat(before), p.mat(base), p.mat(target)
	op(total, dx, p.mat(x), on, weight)
	p.want("loss", total, mat{1, 1, []float64{0.25 + want()}})
	p.gradient("gradient", dx, x, base, want)
	op(total, hw.Mat{}, p.mat(x), on, weight)
	p.want("loss added to twice", total, mat{1, 1, []float64{0.25 + 2*want()}})
	x = x.copy()
	x.x[0] = math.NaN()
	op(total, dx, p.mat(x), on, weight)
	if got := p.floats(total)[0]; got == got {
		p.fail("the loss of NaN is %v", got)
	}
	p.end()
}
