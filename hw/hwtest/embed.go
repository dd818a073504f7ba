package hwtest

import "ltpbench/hw"

// embedding draws small tables and rows of them.
func (p *probe) embedding(rows, cols int, segments bool) (t tables, ids, positions, kinds []int32) {
	t = tables{word: p.random(11, cols), position: p.random(7, cols), gain: p.random(1, cols), bias: p.random(1, cols), eps: 1e-3}
	if segments {
		t.segment = p.random(2, cols)
	}
	for range rows {
		ids = append(ids, int32(p.rng.IntN(11)))
		positions = append(positions, int32(p.rng.IntN(7)))
		kinds = append(kinds, int32(p.rng.IntN(2)))
	}
	if rows > 0 {
		ids[rows-1], positions[rows-1] = 10, 6
	}
	return t, ids, positions, kinds
}

// tables puts an embedding's tables on the device.
func (p *probe) tables(t tables) hw.Tables {
	return p.tablesOn(p.d, t)
}

func (p *probe) tablesOn(d hw.Device, t tables) hw.Tables {
	on := hw.Tables{
		Word: p.matOn(d, t.word), Position: p.matOn(d, t.position),
		Norm: hw.NormWeights{Gain: p.matOn(d, t.gain), Bias: p.matOn(d, t.bias), Eps: t.eps},
	}
	if len(t.segment.x) > 0 {
		on.Segment = p.matOn(d, t.segment)
	}
	return on
}

func embed(p *probe) {
	for _, s := range rowShapes {
		for _, segments := range []bool{false, true} {
			rows, cols := s[0], s[1]
			t, ids, positions, kinds := p.embedding(rows, cols, segments)
			p.begin("Embed %dx%d, segments %v", rows, cols, segments)
			y, list := p.out(rows, cols), hw.Ints{}
			if segments {
				list = p.list(kinds)
			}
			p.d.Embed(y, p.tables(t), p.list(ids), p.list(positions), list)
			p.want("y", y, embedOf(t, ids, positions, kinds))
			p.end()
		}
	}
}
