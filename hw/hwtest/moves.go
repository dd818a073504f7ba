package hwtest

import (
	"fmt"

	"ltpbench/hw"
)

// context measures attention where one row of each sequence lives on and nobody reads
// the scores, as in the last layer: all keys and values are read for few products.
func (m *bench) context(count, length int) {
	a := m.attending(count, length, hw.NoScore)
	y, rows := m.d.Floats(count, 384), a.Seqs.Firsts()
	m.time(fmt.Sprintf("op=context/shape=%dx%d/rows=1", count, length), "GB/s", 4*768*float64(count*length), func() {
		m.d.Scores(a)
		m.d.Context(y, a, rows)
	})
}

// moves measures what little else a forward pass does to rows.
func (m *bench) moves(rows, cols int) {
	x, y, per := m.mat(rows, cols), m.d.Floats(rows, cols), m.mat(rows, 1)
	shape, bytes := fmt.Sprintf("/shape=%dx%d", rows, cols), 4*float64(rows*cols)
	m.time("op=Scale"+shape, "GB/s", 2*bytes, func() { m.d.Scale(y, x, per) })

	const words = 30000
	t := hw.Tables{
		Word: m.mat(words, cols), Position: m.mat(512, cols), Segment: m.mat(2, cols),
		Norm: hw.NormWeights{Gain: m.mat(1, cols), Bias: m.mat(1, cols), Eps: 1e-12},
	}
	ids, positions, segments := make([]int32, rows), make([]int32, rows), m.list(make([]int32, rows))
	for i := range ids {
		ids[i], positions[i] = m.r.Int32N(words), int32(i%25)
	}
	words32, places := m.list(ids), m.list(positions)
	m.time("op=Embed"+shape, "GB/s", 4*bytes, func() { m.d.Embed(y, t, words32, places, segments) })

	half := rows / 2 // each row of two
	offsets, pairs, evens := make([]int32, half+1), make([]int32, rows), make([]int32, half)
	for i := range pairs {
		pairs[i], offsets[(i+1)/2], evens[i/2] = int32(i), int32((i+1)/2*2), int32(i/2*2)
	}
	c := hw.Combination{Offsets: m.list(offsets), Rows: m.list(pairs), Weights: per}
	m.time("op=Combine"+shape, "GB/s", 1.5*bytes, func() { m.d.Combine(y.Top(half), x, c) })
	from, to := m.d.Ints(rows), m.d.Ints(half)
	list := m.list(evens)
	m.time(fmt.Sprintf("op=GatherInts/shape=%d", half), "GB/s", 12*float64(half), func() { m.d.GatherInts(to, from, list, 1) })
}
