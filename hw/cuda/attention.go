//go:build cuda && cgo

package cuda

import (
	"errors"
	"math"

	"ltpbench/hw"
)

// attending is an attention that has been checked: its kernels, how many blocks
// share a head's columns, and the arguments that all kernels have in common.
type attending struct {
	*attentionKernels
	parts  int
	common [8]uint64
}

// attend checks an attention.
func (d *device) attend(a *hw.Attention) (c attending) {
	fit(a.Q.Cols%a.Heads == 0 && a.KV.Cols == 2*a.Q.Cols && a.QSeqs.Count == a.Seqs.Count, "cuda: attention: shapes do not fit")
	width := a.Q.Cols / a.Heads
	c.attentionKernels = attentionsOf(d.o.Type, width)
	c.parts = c.attentionKernels.parts(width)
	if a.Heads*c.parts > 65535 || max(a.QSeqs.Longest, a.Seqs.Longest) > 16*65535 {
		d.fail(errors.New("device cuda has attention for at most 65535 heads and sequences of a million tokens"))
	}
	c.common = [8]uint64{
		at(a.Q), at(a.KV), at(a.KeyBias), list(a.QSeqs.Offsets), list(a.Seqs.Offsets), uint64(a.Heads), uint64(width),
		real(float32(1 / math.Sqrt(float64(width)))),
	}
	return c
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
		p.stats = d.alloc(bytes)
	}
	return p.stats.at
}

// Scores implements hw.Device. Without a score all is left to Context.
func (d *device) Scores(a *hw.Attention) {
	c := d.attend(a)
	if a.Score.Kind == hw.NoScore || d.err != nil {
		return
	}
	stats, rows := d.stats(a), a.Seqs.Rows
	d.launchWith(c.stats, blocks(a.QSeqs, c.tile, a.Heads, c.threads), []uint64{stats}, c.common[:], c.tail)
	perHead := d.room(scratchHeads, 4*rows*a.Heads)
	d.launchWith(c.score, blocks(a.Seqs, c.tile, a.Heads, c.threads), []uint64{perHead, stats, uint64(a.Score.Kind)}, c.common[:], c.tail)
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
	low, tail := uint64(0), c.tail
	if c.tensor {
		low, _ = d.besides(y)
		tail = []uint64{low}
	}
	d.launchWith(c.context, blocks(a.QSeqs, c.tile, a.Heads*c.parts, c.threads), []uint64{at(y), stats, list(rows), live}, drop[:], c.common[:], tail)
	d.lowers(y, low)
}

// live returns a list of how many listed rows lie before each sequence.
func (d *device) live(rows hw.Ints, s hw.Seqs) uint64 {
	live := d.room(scratchLive, 4*(s.Count+1))
	d.launch("live_rows", elementGrid(s.Count+1), live, list(rows), uint64(rows.N), list(s.Offsets), uint64(s.Count))
	return live
}

// AttentionGrad implements hw.Backward.
func (d *device) AttentionGrad(dq, dkv, dy hw.Mat, a *hw.Attention, rows hw.Ints, dscored hw.Mat) {
	c := d.attend(a)
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
	given := []uint64{sums, stats, at(dy), at(dscored), place, uint64(a.Score.Kind), c.rounding}
	d.launchWith(c.queryGrad, blocks(a.QSeqs, c.gradTile, a.Heads*c.parts, byTile), []uint64{at(dq)}, given, drop[:], c.common[:])
	d.launchWith(c.keyGrad, blocks(a.Seqs, c.gradTile, a.Heads*c.parts, byTile), []uint64{at(dkv)}, given, drop[:], c.common[:])
}
