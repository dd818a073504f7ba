package hwtest

import (
	"math"

	"ltpbench/hw"
)

// softmaxShapes are lengths of sequences and columns.
var softmaxShapes = []struct {
	lengths []int
	cols    int
}{{[]int{1}, 1}, {[]int{3, 1, 17, 40}, 5}, {[]int{2, 5}, 16}, {[]int{130, 7}, 33}, {[]int{9}, 200}, {[]int{0, 4, 0}, 3}, {nil, 4}}

func softmax(p *probe) {
	for _, c := range softmaxShapes {
		p.begin("SequenceSoftmax of %v, %d columns", c.lengths, c.cols)
		offsets := offsetsOf(c.lengths)
		x := p.random(int(offsets[len(c.lengths)]), c.cols)
		for i := range x.x {
			if i%3 == 0 {
				x.x[i] *= 40 // beyond what exp can do alone
			}
		}
		in, y, s := p.mat(x), p.out(x.rows, x.cols), p.seqs(offsets)
		p.d.SequenceSoftmax(y, in, s)
		p.want("y", y, softmaxOf(x, offsets))
		p.want("x", in, x)
		p.d.SequenceSoftmax(in, in, s)
		p.same("y in place of x", p.floats(in), p.floats(y))
		p.end()
	}
	p.begin("SequenceSoftmax with a NaN and masked rows")
	x := p.random(12, 4)
	x.row(2)[1] = math.NaN()
	x.row(7)[3], x.row(8)[3] = math.Inf(-1), math.Inf(-1)
	y := p.out(12, 4)
	p.d.SequenceSoftmax(y, p.mat(x), p.seqs([]int32{0, 5, 12}))
	p.want("y", y, softmaxOf(x, []int32{0, 5, 12}))
	p.end()
}

func softmaxGrad(p *probe) {
	for _, c := range softmaxShapes {
		p.begin("SequenceSoftmaxGrad of %v, %d columns", c.lengths, c.cols)
		offsets := offsetsOf(c.lengths)
		x := p.random(int(offsets[len(c.lengths)]), c.cols)
		dy, s := p.random(x.rows, x.cols), p.seqs(offsets)
		y, dx, gy := p.mat(softmaxOf(x, offsets)), p.out(x.rows, x.cols), p.mat(dy)
		p.back.SequenceSoftmaxGrad(dx, gy, y, s)
		p.gradient("dx", dx, x, mat{}, func() float64 { return dot(softmaxOf(x, offsets), dy) })
		p.back.SequenceSoftmaxGrad(gy, gy, y, s)
		p.same("dx in place of dy", p.floats(gy), p.floats(dx))
		p.end()
	}
}

// softmaxOf is the softmax of each column over the rows of each sequence; other rows
// stay as they are.
func softmaxOf(x mat, offsets []int32) mat {
	y := x.copy()
	for b := range len(offsets) - 1 {
		for c := range x.cols {
			top, sum := math.Inf(-1), 0.0
			for r := offsets[b]; r < offsets[b+1]; r++ {
				top = math.Max(top, x.row(int(r))[c])
			}
			for r := offsets[b]; r < offsets[b+1]; r++ {
				sum += math.Exp(x.row(int(r))[c] - top)
			}
			for r := offsets[b]; r < offsets[b+1]; r++ {
				y.row(int(r))[c] = math.Exp(x.row(int(r))[c]-top) / sum
			}
		}
	}
	return y
}

// activates checks the activations on their own.
func activates(p *probe) {
	for _, s := range rowShapes {
		for act := range hw.Acts {
			p.begin("Activate %s %dx%d", acts[act], s[0], s[1])
			x := p.random(s[0], s[1])
			if len(x.x) > 30 {
				x.x[3], x.x[29], x.x[30] = math.NaN(), 30, -30
			}
			in, y := p.mat(x), p.out(x.rows, x.cols)
			p.d.Activate(y, in, act)
			p.near("y", y, activate(x, act), For(hw.F32))
			p.d.Activate(in, in, act)
			p.same("y in place of x", p.floats(in), p.floats(y))
			p.end()
		}
	}
}
