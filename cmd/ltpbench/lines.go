package main

import (
	"fmt"
	"io"
	"time"

	"ltpbench/bench/recipe"
	"ltpbench/bench/sweep"
)

// lines shows progress where there is no terminal, so that a log shows life: a line when a job ends and at most one every
// few minutes in between. The methods of a nil *lines do nothing.
type lines struct {
	w    io.Writer
	now  func() time.Time
	last time.Time // of the last line
}

// quiet is the longest that lines leaves out progress.
const quiet = 2 * time.Minute

func newLines(w io.Writer) *lines { return &lines{w, time.Now, time.Now()} }

// ended is what has been done when a job ends; a rule that was fitted is evaluated at once.
var ended = map[sweep.Kind]string{sweep.Base: "trained ", sweep.Train: "trained ", sweep.Search: "searched ", sweep.Evaluate: "evaluated ", sweep.Time: "measured "}

func (l *lines) set(p sweep.Progress) {
	if l == nil {
		return
	}
	text := fmt.Sprintf("%.0f %%", 100*p.Done/max(1, p.Of))
	if p.OfJobs > 1 {
		text = fmt.Sprintf("%d of %d jobs, %s", p.Jobs, p.OfJobs, text)
	}
	if p.Part != "" && p.Part != "." {
		text += " of " + p.Part
	}
	if left, ok := p.Left(); ok {
		text += fmt.Sprintf(", about %s left", roughly(left))
	}
	switch {
	case p.Complete != nil && ended[p.Complete.Kind] != "":
		l.line("%s%s (%s)", ended[p.Complete.Kind], p.What, text)
	case p.Complete == nil && l.due():
		l.line("%s (%s)", p.What, text)
	}
}

// train is for a training that is no part of a sweep.
func (l *lines) train(p recipe.Progress) {
	if l == nil || !l.due() && p.Step < p.Steps {
		return
	}
	left := time.Duration(float64(p.Elapsed) * float64(p.Steps-p.Step) / float64(max(1, p.Step)))
	l.line("%s (%.0f %%, about %s left in this stage)", p, 100*float64(p.Step)/float64(max(1, p.Steps)), roughly(left))
}

func (l *lines) due() bool { return l.now().Sub(l.last) >= quiet }

func (l *lines) line(format string, args ...any) {
	l.last = l.now()
	fmt.Fprintf(l.w, l.last.Format(time.TimeOnly)+" "+format+"\n", args...)
}
