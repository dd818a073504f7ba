package hwtest

import "ltpbench/hw"

// rowShapes of row-wise operations.
var rowShapes = [][2]int{{1, 1}, {1, 24}, {2, 5}, {3, 40}, {33, 104}, {130, 24}, {70, 384}, {2, 1100}, {0, 24}}

func norm(p *probe) {
	for _, s := range rowShapes {
		rows, cols := s[0], s[1]
		x, residual, gain, bias := p.random(rows, cols), p.random(rows, cols), p.random(1, cols), p.random(1, cols)
		for i := range x.x {
			x.x[i] = float64(float32(2*x.x[i] + 3))
		}
		const eps = 1e-2
		n := hw.NormWeights{Gain: p.mat(gain), Bias: p.mat(bias), Eps: eps}

		p.begin("Norm %dx%d", rows, cols)
		in, rest, y := p.mat(x), p.mat(residual), p.out(rows, cols)
		p.d.Norm(y, in, rest, n)
		p.want("y", y, normOf(x, residual, gain, bias, eps))
		p.want("x", in, x)
		p.want("residual", rest, residual)
		p.d.Norm(y, in, hw.Mat{}, n)
		p.want("y without residual", y, normOf(x, mat{}, gain, bias, eps))
		p.d.Norm(in, in, rest, n)
		p.want("y in place of x", in, normOf(x, residual, gain, bias, eps))
		p.end()
	}
}

func rows(p *probe) {
	for _, s := range rowShapes {
		rows, cols := s[0], s[1]
		x, by := p.random(rows, cols), p.random(rows, 1)
		p.begin("Scale %dx%d", rows, cols)
		in, y := p.mat(x), p.out(rows, cols)
		p.d.Scale(y, in, p.mat(by))
		scaled := x.copy()
		for i := range scaled.x {
			scaled.x[i] *= by.x[i/cols]
		}
		p.want("y", y, scaled)
		p.d.Scale(in, in, p.mat(by))
		p.want("y in place of x", in, scaled)
		p.end()
		if rows > 0 {
			p.gathers(x)
		}
		p.combines(x)
	}
}

// gathers checks ascending, repeated and no rows.
func (p *probe) gathers(x mat) {
	last := int32(x.rows - 1)
	for _, list := range [][]int32{{}, {last}, {0, 0, last / 2, last}, p.subset(x.rows)} {
		p.begin("Gather %d of %dx%d", len(list), x.rows, x.cols)
		y := p.out(len(list), x.cols)
		p.d.Gather(y, p.mat(x), p.list(list))
		p.want("y", y, gatherOf(x, list))
		for width := 1; width <= 3; width++ {
			from := make([]int32, width*x.rows)
			for i := range from {
				from[i] = int32(p.rng.Uint32())
			}
			to := p.list(make([]int32, width*len(list)))
			p.d.GatherInts(to, p.list(from), p.list(list), width)
			for i, v := range p.ints(to) {
				if want := from[int(list[i/width])*width+i%width]; v != want {
					p.fail("GatherInts of width %d: entry %d is %d, want %d", width, i, v, want)
					break
				}
			}
		}
		p.end()
	}
}

// subset picks about half of n rows, ascending, the first among them.
func (p *probe) subset(n int) []int32 {
	var list []int32
	for i := range int32(n) {
		if i == 0 || p.rng.IntN(2) == 0 {
			list = append(list, i)
		}
	}
	return list
}

// combination draws lists of none to three old rows for each new one.
func (p *probe) combination(rows int) (offsets, list []int32, weights mat) {
	offsets = []int32{0}
	for range rows/2 + 1 {
		for range p.rng.IntN(min(4, rows+1)) {
			list = append(list, int32(p.rng.IntN(rows)))
		}
		offsets = append(offsets, int32(len(list)))
	}
	return offsets, list, p.random(len(list), 1)
}

func (p *probe) combines(x mat) {
	offsets, list, weights := p.combination(x.rows)
	p.begin("Combine %dx%d", x.rows, x.cols)
	y := p.out(len(offsets)-1, x.cols)
	p.d.Combine(y, p.mat(x), hw.Combination{Offsets: p.list(offsets), Rows: p.list(list), Weights: p.mat(weights)})
	p.want("y", y, combineOf(x, offsets, list, weights))
	p.end()
}
