package main

import (
	"io"
	"sync/atomic"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"ltpbench/internal/printable"
)

// bar shows how far a record is and how long the rest will take.
type bar struct {
	all  *mpb.Progress
	own  *mpb.Bar
	what atomic.Pointer[string]
}

// newBar returns a bar on a terminal; nil, whose methods do nothing, elsewhere.
func newBar(w io.Writer) *bar {
	if !terminal(w) {
		return nil
	}
	return &bar{all: mpb.New(mpb.WithOutput(raw(w)), mpb.WithWidth(100))}
}

// set moves the bar. A new total, or work that begins again, begins a new bar.
func (b *bar) set(what string, done, of float64) {
	if b == nil {
		return
	}
	if b.own == nil || int64(done) < b.own.Current() {
		b.finish()
		b.what.Store(&what)
		b.own = b.all.AddBar(int64(of), mpb.BarRemoveOnComplete(),
			mpb.AppendDecorators(decor.Percentage(decor.WC{W: 5}), decor.AverageETA(decor.ET_STYLE_HHMMSS, decor.WC{W: 10})),
			mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return shorten(printable.String(*b.what.Load()), 56) }, decor.WC{W: 57})))
	}
	b.what.Store(&what)
	b.own.SetTotal(int64(of), false)
	b.own.SetCurrent(int64(done))
}

// finish removes the bar.
func (b *bar) finish() {
	if b != nil && b.own != nil {
		b.own.Abort(true)
		b.own.Wait()
		b.own = nil
	}
}

// wait leaves the terminal to others.
func (b *bar) wait() {
	if b != nil {
		b.finish()
		b.all.Wait()
	}
}

// shorten cuts what does not fit.
func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
