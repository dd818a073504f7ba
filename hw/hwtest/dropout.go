package hwtest

import "ltpbench/hw"

// dropKeys draws one key for each row.
func (p *probe) dropKeys(rows int) []uint64 {
	keys := make([]uint64, rows)
	for i := range keys {
		keys[i] = p.rng.Uint64()
	}
	return keys
}

// dropout checks which elements are dropped, exactly: a wrong one is 0 or far off.
func dropout(p *probe) {
	for _, rate := range []float32{0.1, 0.7} {
		for _, s := range rowShapes {
			rows, cols := s[0], s[1]
			p.begin("Dropout %v of %dx%d", rate, rows, cols)
			drop := hw.Dropout{Rate: rate, Seed: p.rng.Uint64()}
			x, keys := p.random(rows, cols), p.dropKeys(rows)
			want := x.copy()
			for i := range want.x {
				r, c := i/cols, i%cols
				want.x[i] /= 1 - float64(rate)
				if drop.Bits(keys[r], c/4)>>(16*(c%4))&0xffff < drop.Bar() {
					want.x[i] = 0
				}
			}
			drop.Keys = p.list(halves(keys))
			in, y := p.mat(x), p.out(rows, cols)
			p.back.Dropout(y, in, drop)
			p.want("y", y, want)
			p.back.Dropout(in, in, drop)
			p.want("y in place of x", in, want)
			p.end()
		}
		for _, l := range lengths {
			for _, h := range headShapes {
				p.begin("attention of %v, %d heads of %d, dropout %v", l, h[0], h[1], rate)
				a := p.asked(h[0], h[1], l, false, false)
				a.drop, a.keys = hw.Dropout{Rate: rate, Seed: p.rng.Uint64()}, p.dropKeys(a.q.rows)
				p.attentionCase(a, hw.Received)
			}
		}
		p.begin("dropout %v where first rows ask", rate)
		a := p.asked(3, 8, []int{4, 1, 20}, true, false)
		a.drop, a.keys = hw.Dropout{Rate: rate, Seed: 3}, p.dropKeys(25)
		p.attentionCase(a, hw.NoScore)
	}
}
