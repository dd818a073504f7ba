//go:build cuda && cgo

package cuda

import (
	"errors"
	"fmt"
	"math"

	"ltpbench/hw"
)

// attend checks an attention and returns the kernels' common arguments and the kernels.
func (d *device) attend(a *hw.Attention) (common [8]uint64, k *attentionKernels) {
	fit(a.Q.Cols%a.Heads == 0 && a.KV.Cols == 2*a.Q.Cols && a.QSeqs.Count == a.Seqs.Count, "cuda: attention: shapes do not fit")
	width := a.Q.Cols / a.Heads
	if k = attentionsOf(d.o.Type, width); k == nil {
		d.fail(fmt.Errorf("device cuda has attention for heads of at most 128 columns, this model's have %d; take the device cpu", width))
	}
	if a.Heads > 65535 || max(a.QSeqs.Longest, a.Seqs.Longest) > 16*65535 {
		d.fail(errors.New("device cuda has attention for at most 65535 heads and sequences of a million tokens"))
	}
	return [8]uint64{
		at(a.Q), at(a.KV), at(a.KeyBias), list(a.QSeqs.Offsets), list(a.Seqs.Offsets), uint64(a.Heads), uint64(width),
		real(float32(1 / math.Sqrt(float64(width)))),
	}, k
}

// blocks is a grid of a block for each sequence, tile and head.
func blocks(count, longest, tile, heads, threads int) grid {
	return grid{count, (longest + tile - 1) / tile, heads, threads, 1}
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
	c, k := d.attend(a)
	if a.Score.Kind == hw.NoScore || d.err != nil {
		return
	}
	stats, rows := d.stats(a), a.Seqs.Rows
	d.launch(k.stats, blocks(a.QSeqs.Count, a.QSeqs.Longest, k.tile, a.Heads, k.threads), stats, c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7])
	perHead := d.room(scratchHeads, 4*rows*a.Heads)
	d.launch(k.score, blocks(a.Seqs.Count, a.Seqs.Longest, k.tile, a.Heads, k.threads), perHead, stats, uint64(a.Score.Kind), c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7])
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
	c, k := d.attend(a)
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
	low, _ := d.besides(y)
	args := [...]uint64{at(y), stats, list(rows), live, drop[0], drop[1], drop[2], drop[3], c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], low}
	n := len(args)
	if !d.low() {
		n-- // float32's kernels write nothing in 16 bits
	}
	d.launch(k.context, blocks(a.QSeqs.Count, a.QSeqs.Longest, k.tile, a.Heads, k.threads), args[:n]...)
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
	c, k := d.attend(a)
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
	kind := uint64(a.Score.Kind)
	d.launch(k.queryGrad, blocks(a.QSeqs.Count, a.QSeqs.Longest, k.gradTile, a.Heads, byTile), at(dq), sums, stats, at(dy), at(dscored), place, kind, k.rounding,
		drop[0], drop[1], drop[2], drop[3], c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7])
	d.launch(k.keyGrad, blocks(a.Seqs.Count, a.Seqs.Longest, k.gradTile, a.Heads, byTile), at(dkv), sums, stats, at(dy), at(dscored), place, kind, k.rounding,
		drop[0], drop[1], drop[2], drop[3], c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7])
}
