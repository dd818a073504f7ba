//go:build cuda && cgo

package cuda

import (
	"errors"
	"math"

	"ltpbench/hw"
)

// attending is an attention that has been checked: its kernels, and how many blocks
// share a head's columns.
type attending struct {
	*attentionKernels
	parts int
}

// attend checks an attention.
func (d *device) attend(a *hw.Attention) (c attending) {
	fit(a.Q.Cols%a.Heads == 0 && a.KV.Cols == 2*a.Q.Cols && a.QSeqs.Count == a.Seqs.Count, "cuda: attention: shapes do not fit")
	width := a.Q.Cols / a.Heads
	c.attentionKernels = attentionsOf(d.o.Type, width, d.arch)
	if !a.KeyWeight.Absent() {
		c.attentionKernels = c.plain(d.o.Type)
	}
	c.parts = c.attentionKernels.parts(width)
	if a.Heads*c.parts > 65535 || max(a.QSeqs.Longest, a.Seqs.Longest) > 16*65535 {
		d.fail(errors.New("device cuda has attention for at most 65535 heads and sequences of a million tokens"))
	}
	return c
}

// forward appends what the kernels of the forward pass have in common to list.
func (c *attending) forward(d *device, list []uint64, a *hw.Attention) []uint64 {
	if c.tensor {
		list = c.common(list, a, d.narrowed(scratchQueries, a.Q), d.narrowed(scratchKeyValues, a.KV))
		return append(list, uint64(pitch(a.Q.Cols)), uint64(pitch(a.KV.Cols)))
	}
	return d.weighted(c.common(list, a, d.widened(scratchQueries, a.Q), d.widened(scratchKeyValues, a.KV)), a)
}

// keyBias is an argument's place in what common appends.
const keyBias = 2

// weighted completes the arguments of kernels without tensor cores: keys' weights are
// biases of all rows but the key's own.
func (d *device) weighted(common []uint64, a *hw.Attention) []uint64 {
	if a.KeyWeight.Absent() {
		return append(common, 0)
	}
	n := a.Seqs.Rows
	both := d.room(scratchWeights, 8*n)
	d.launch("key_weights", elementGrid(n), both, at(a.KeyBias), at(a.KeyWeight), uint64(n))
	common[keyBias] = both
	return append(common, both+4*uint64(n))
}

// common appends what all kernels have in common.
func (c *attending) common(to []uint64, a *hw.Attention, q, kv uint64) []uint64 {
	width := a.Q.Cols / a.Heads
	return append(to, q, kv, at(a.KeyBias), list(a.QSeqs.Offsets), list(a.Seqs.Offsets), uint64(a.Heads), uint64(width),
		real(float32(1/math.Sqrt(float64(width)))))
}

// narrowed is where a matrix is in 16 bits, its rows filled up to their pitch.
func (d *device) narrowed(scratch int, m hw.Mat) uint64 {
	if d.narrow(m) {
		return at(m)
	}
	return d.castTo(scratch, at(m), 0, m.Rows, m.Cols).at
}

// widened is where a matrix is in float32.
func (d *device) widened(scratch int, m hw.Mat) uint64 {
	if !d.narrow(m) {
		return at(m)
	}
	n := m.Rows * m.Cols
	to := d.room(scratch, 4*n)
	d.launch("widen_"+string(d.o.Type), elementGrid(n), to, at(m), uint64(n))
	return to
}

// launchWith launches a kernel with several lists of arguments, one after the other.
func (d *device) launchWith(kernel string, g grid, lists ...[]uint64) {
	var args [24]uint64
	n := 0
	for _, list := range lists {
		n += copy(args[n:], list)
	}
	d.launch(kernel, g, args[:n]...)
}

// blocks is a grid of a block for each sequence, tile and head or part of one.
func blocks(s hw.Seqs, tile, heads, threads int) grid {
	return grid{s.Count, (s.Longest + tile - 1) / tile, heads, threads, 1}
}

// stats is where an attention's row statistics are.
func (d *device) stats(a *hw.Attention) uint64 {
	p, bytes := a.Probs.Buf.(*probs), 8*a.Q.Rows*a.Heads
	if p.stats == nil || p.stats.bytes < bytes {
		if p.stats != nil {
			bytes = max(bytes, 2*p.stats.bytes) // what was there stays with the scope
		}
		p.stats = p.of.alloc(bytes)
	}
	return p.stats.address()
}

// Scores implements hw.Device. Without a score all is left to Context.
func (d *device) Scores(a *hw.Attention) {
	c := d.attend(a)
	if a.Score.Kind == hw.NoScore || d.err != nil {
		return
	}
	stats, rows := d.stats(a), a.Seqs.Rows
	common := c.forward(d, d.common[:0], a)
	d.launchWith(c.stats, blocks(a.QSeqs, c.tile, a.Heads, c.threads), []uint64{stats}, common, c.tail)
	perHead := d.room(scratchHeads, 4*rows*a.Heads)
	d.launchWith(c.score, blocks(a.Seqs, c.tile, a.Heads, c.threads), []uint64{perHead, stats, uint64(a.Score.Kind)}, common, c.tail)
	add := uint64(0)
	if a.Score.Accumulated {
		add = 1
	}
	d.launch("sum_heads", elementGrid(rows), at(a.Scored), perHead, list(a.Seqs.Offsets), uint64(a.Seqs.Count), uint64(a.Heads), add)
}

// dropping returns the kernels' arguments of a dropout.
func dropping(drop hw.Dropout) (args [4]uint64) {
	if drop.Rate > 0 {
		args = [4]uint64{list(drop.Keys), drop.Seed, drop.Bar(), real(1 / (1 - drop.Rate))}
	}
	return args
}

// Context implements hw.Device. Which rows live on may be known to the card
// alone: a small kernel finds where each sequence's begin.
func (d *device) Context(y hw.Mat, a *hw.Attention, rows hw.Ints) {
	c := d.attend(a)
	if d.err != nil || y.Rows == 0 {
		return
	}
	live, drop := uint64(0), dropping(a.Drop)
	if !rows.Absent() {
		live = d.live(rows, a.QSeqs)
	}
	stats := uint64(0)
	if a.Score.Kind == hw.NoScore {
		stats = d.stats(a) // for the gradient
	}
	common := c.forward(d, d.common[:0], a)
	to, low, tail := at(y), uint64(0), c.tail
	switch {
	case !c.tensor && d.narrow(y):
		to = d.room(scratchContext, 4*y.Rows*y.Cols)
	case !c.tensor:
	case d.narrow(y):
		to, low = 0, to
	default:
		low, _ = d.besides(y)
	}
	if c.tensor {
		tail = []uint64{low, uint64(pitch(y.Cols))}
	}
	d.launchWith(c.context, blocks(a.QSeqs, c.tile, a.Heads*c.parts, c.threads), []uint64{to, stats, list(rows), live}, drop[:], common, tail)
	switch {
	case !d.narrow(y):
		d.lowers(y, low)
	case !c.tensor:
		d.cast(at(y), to, 0, y.Rows, y.Cols)
	}
}

// live returns a list of how many listed rows lie before each sequence.
func (d *device) live(rows hw.Ints, s hw.Seqs) uint64 {
	live := d.room(scratchLive, 4*(s.Count+1))
	d.launch("live_rows", elementGrid(s.Count+1), live, list(rows), uint64(rows.N), list(s.Offsets), uint64(s.Count))
	return live
}

// AttentionGrad implements hw.Backward.
func (d *device) AttentionGrad(to hw.AttentionGrads, dy hw.Mat, a *hw.Attention, rows hw.Ints, dscored hw.Mat) {
	c := d.attend(a)
	sumsKeys := !to.KeyBias.Absent() || !to.KeyWeight.Absent()
	if sumsKeys && c.gradTensor {
		c.attentionKernels = c.plain(d.o.Type)
		c.parts = c.attentionKernels.parts(a.Q.Cols / a.Heads)
	}
	if d.err != nil {
		return
	}
	place := uint64(0)
	if !rows.Absent() {
		place = d.room(scratchPlaces, 4*a.Q.Rows)
		d.set(place, 0xff, 4*a.Q.Rows) // -1
		if a.QSeqs.Count > 0 {
			d.launch("places", elementGrid(rows.N), place, list(rows), uint64(rows.N))
		}
	}
	sums, drop, stats := d.room(scratchSums, 4*a.Q.Rows*a.Heads), dropping(a.Drop), d.stats(a)
	given := []uint64{stats, at(dy), at(dscored), place, uint64(a.Score.Kind), c.rounding}
	var common []uint64
	if !c.gradTensor {
		common = d.weighted(c.common(d.common[:0], a, at(a.Q), at(a.KV)), a)
	} else {
		scale := uint64(0)
		if d.o.Type == hw.F16 {
			scale = d.scaleOf(at(dy), dy.Rows*dy.Cols)
		}
		back := d.castTo(scratchDY, at(dy), scale, dy.Rows, dy.Cols)
		given = []uint64{stats, back.at, uint64(back.pitch), at(dscored), scale, place, uint64(a.Score.Kind)}
		common = c.forward(d, d.common[:0], a)
	}
	d.launchWith(c.queryGrad, blocks(a.QSeqs, c.gradTile, a.Heads*c.parts, c.gradThreads), []uint64{at(to.Q), sums}, given, drop[:], common)
	d.launchWith(c.keyGrad, blocks(a.Seqs, c.gradTile, a.Heads*c.parts, c.gradThreads), []uint64{at(to.KV), sums}, given, drop[:], common)
	if !sumsKeys {
		return
	}
	n := a.Seqs.Rows
	perHead := d.room(scratchHeads, 8*n*a.Heads)
	d.launchWith(c.keySums, blocks(a.Seqs, c.gradTile, a.Heads, c.gradThreads), []uint64{perHead, sums}, given, drop[:], common, []uint64{uint64(n)})
	for i, m := range []hw.Mat{to.KeyBias, to.KeyWeight} {
		if !m.Absent() && (i == 0 || !a.KeyWeight.Absent()) {
			d.launch("sum_heads", elementGrid(n), at(m), perHead+uint64(i*4*n*a.Heads), list(a.Seqs.Offsets), uint64(a.Seqs.Count), uint64(a.Heads), 1)
		}
	}
}
