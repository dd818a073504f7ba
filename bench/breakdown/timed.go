package main

import (
	"time"

	"ltpbench/hw"
)

// op is a kind of work that time is put down to.
type op int

// The kinds. Load is writing lists to the device, a batch's and a host's decision; host is what else no operation of
// the device does: decisions, making lists, the loop.
const (
	product op = iota
	attention
	norm
	embed
	gather
	load
	host
	ops
)

var opNames = [ops]string{"product", "attention", "norm", "embed", "gather", "load", "select"}

// spent is the time of a forward pass by kind of work.
type spent [ops]time.Duration

func (s spent) total() (sum time.Duration) {
	for _, t := range s {
		sum += t
	}
	return sum
}

// timed is a device that notes how long each operation takes, and which products there are. Operations have to be
// done when they return, as a CPU's are.
type timed struct {
	hw.Device
	spent    spent
	products []linear // since it was last emptied, if notes is set
	notes    bool
}

func (t *timed) since(o op, begin time.Time) { t.spent[o] += time.Since(begin) }

func (t *timed) WriteInts(dst hw.Ints, src []int32) {
	defer t.since(load, time.Now())
	t.Device.WriteInts(dst, src)
}

func (t *timed) Linear(y, x hw.Mat, w hw.Weights, act hw.Act, pre hw.Mat) {
	if t.notes {
		t.products = append(t.products, linear{x.Rows, w.In, w.Out})
	}
	defer t.since(product, time.Now())
	t.Device.Linear(y, x, w, act, pre)
}

func (t *timed) Scores(a *hw.Attention) {
	defer t.since(attention, time.Now())
	t.Device.Scores(a)
}

func (t *timed) Context(y hw.Mat, a *hw.Attention, rows hw.Ints) {
	defer t.since(attention, time.Now())
	t.Device.Context(y, a, rows)
}

func (t *timed) Norm(y, x, residual hw.Mat, n hw.NormWeights) {
	defer t.since(norm, time.Now())
	t.Device.Norm(y, x, residual, n)
}

func (t *timed) Embed(y hw.Mat, tables hw.Tables, ids, positions, segments hw.Ints) {
	defer t.since(embed, time.Now())
	t.Device.Embed(y, tables, ids, positions, segments)
}

func (t *timed) Gather(y, x hw.Mat, rows hw.Ints) {
	defer t.since(gather, time.Now())
	t.Device.Gather(y, x, rows)
}

func (t *timed) GatherInts(y, x, rows hw.Ints, width int) {
	defer t.since(gather, time.Now())
	t.Device.GatherInts(y, x, rows, width)
}
