package main

import (
	"io"
	"sync/atomic"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"ltpbench/bench/sweep"
	"ltpbench/internal/printable"
)

// progressFlag is how a long command shows that it is alive.
type progressFlag struct {
	Progress string `help:"How to show progress on standard error: a bar where it is a terminal and lines elsewhere (auto), lines (plain), or none." enum:"auto,plain,none" default:"auto"`
}

// follow returns what shows the progress of a sweep, a job or an evaluation.
func (f progressFlag) follow(w io.Writer) *follower {
	switch {
	case f.Progress == "none":
		return &follower{}
	case f.Progress == "auto" && terminal(w):
		return &follower{bar: newBar(w)}
	}
	return &follower{lines: newLines(w)}
}

// follower shows progress as a bar, in lines, or not at all.
type follower struct {
	bar   *bar
	lines *lines
}

func (f *follower) set(p sweep.Progress) {
	f.bar.set(p.What, p.Done, p.Of)
	f.lines.set(p)
}

// wait leaves the terminal to others.
func (f *follower) wait() { f.bar.wait() }

// bar shows how far a record is and how long the rest will take.
type bar struct {
	all  *mpb.Progress
	own  *mpb.Bar
	what atomic.Pointer[string]
}

// newBar returns a bar on a terminal; the methods of a nil bar do nothing.
func newBar(w io.Writer) *bar {
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
