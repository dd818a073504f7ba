package hwtest

import (
	"math"

	"ltpbench/hw"
)

// bounds checks a batch whose true size only the device knows: matrices have rows
// past the last offset that hold NaN, lists entries past the end that are 0.
func bounds(p *probe) {
	for _, l := range [][]int{{1}, {3, 1, 17}, {40, 30}} {
		for kind := hw.NoScore; kind <= hw.FromFirst; kind++ {
			p.begin("attention of %v in matrices with more rows, score %d", l, kind)
			const more = 37
			a := p.asked(3, 8, l, false, true)
			n := a.q.rows
			big := *a
			if kind == hw.Received {
				a.weight = p.keyWeights(n)
				big.weight = lengthened(a.weight, more)
			}
			big.q, big.kv, big.bias = lengthened(a.q, more), lengthened(a.kv, more), lengthened(a.bias, more)
			on := p.attention(&big, kind)
			a.score = kind
			a.run()
			on.QSeqs.Rows, on.Seqs.Rows = n+more, n+more
			on.QSeqs.Longest, on.Seqs.Longest = n+more, n+more
			p.d.Scores(on)
			if kind != hw.NoScore {
				p.want("the score", on.Scored.Top(n), a.scored)
			}
			y := p.out(n+more, a.q.cols)
			p.d.Context(y, on, hw.Ints{})
			p.want("the context", y.Top(n), a.context)

			a.rows = p.living(a.qs)
			a.run()
			list := append(append([]int32(nil), a.rows...), make([]int32, n+more-len(a.rows))...)
			p.d.Context(y, on, p.list(list))
			p.want("the context of living rows", y.Top(len(a.rows)), a.context)
			p.end()
		}
	}
	p.begin("row-wise operations on rows of NaN")
	x, w := lengthened(p.random(20, 40), 30), p.random(24, 40)
	gain, bias := p.random(1, 40), p.random(1, 40)
	y := p.out(50, 24)
	p.d.Linear(y, p.mat(x), p.d.Pack(w.float32s(), nil, 24, 40), hw.GELU, hw.Mat{})
	p.want("Linear", y, activate(linearOf(x, w, mat{}), hw.GELU))
	y = p.out(50, 40)
	p.d.Norm(y, p.mat(x), hw.Mat{}, hw.NormWeights{Gain: p.mat(gain), Bias: p.mat(bias), Eps: 1e-5})
	p.want("Norm", y, normOf(x, mat{}, gain, bias, 1e-5))
	s := p.seqs([]int32{0, 13, 20})
	s.Rows, s.Longest = 50, 50
	p.d.SequenceSoftmax(y, p.mat(x), s)
	p.want("SequenceSoftmax", y.Top(20), softmaxOf(x, []int32{0, 13, 20}).top(20))
	p.end()
}

// lengthened adds rows of NaN.
func lengthened(m mat, more int) mat {
	long := zeros(m.rows+more, m.cols)
	for i := copy(long.x, m.x); i < len(long.x); i++ {
		long.x[i] = math.NaN()
	}
	return long
}
