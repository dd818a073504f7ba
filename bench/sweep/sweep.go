// Package sweep carries plans out. It lists a plan's jobs, which make the weights of every cell,
// evaluate it and time it, has them done by this process or others, and writes what is known the
// moment it is known, so that a sweep can be stopped at any time and resumed.
package sweep

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"ltpbench/bench/plan"
	"ltpbench/internal/atomicfile"
	"ltpbench/results"
)

// Options are what a plan leaves open.
type Options struct {
	// Out is the run's folder. An unfinished run of the same plan resumes there; a
	// finished one, or another plan, is an error. Empty: the last of
	// ./ltpbench-results, if that is an unfinished run of the plan, else a new one.
	Out string
	// Cells is the folder of weights that are made; empty: cells in the run's folder.
	// Runs may share one.
	Cells string
	// About is what every record says of the program: build, command.
	About []results.Key
	// Say, if not nil, receives what a reader should know, a sentence each time.
	Say func(string)
	// Show, if not nil, makes of the records in a folder what else belongs to the run, such as figures. Until it has
	// returned without an error, the run is not finished: the same plan there resumes, and comes back to it.
	Show func(dir string) error
	// Untimed leaves times for later: Sweep ends with ErrUntimed when every cell is made and evaluated, which several
	// processes may do at once; the same call without it goes on, on a machine that does nothing else.
	Untimed bool
	// alive returns an error once the run's folder is gone.
	alive func() error
	// Executor does the jobs; nil: this process, one after the other.
	Executor Executor
	// Progress, if not nil, is notified of what is under way and how far the record is.
	Progress func(Progress)
}

// ErrUntimed is the error of a sweep that has done all but measure times, as Options.Untimed wants it.
var ErrUntimed = errors.New("every cell is made and evaluated; times are not measured yet")

// Sweep carries a plan out and returns the run's folder. When ctx ends, the step
// under way is finished and kept, and the error is ctx's: the same call resumes.
func Sweep(ctx context.Context, p plan.Plan, o Options) (dir string, err error) {
	if err := p.Check(); err != nil {
		return "", err
	}
	subjects, err := prepare(&p)
	if err != nil {
		return "", err
	}
	f, err := openFolder(&p, o.Out)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	o.alive = f.alive
	if f.begun {
		o.say("resuming the run in %s", f.path)
	}
	if o.Cells == "" {
		o.Cells = filepath.Join(f.path, "cells")
	}
	var untimed error
	for i, x := range parts(&p) {
		if err := o.record(ctx, &p, x, subjects[i], f.path); errors.Is(err, ErrUntimed) {
			untimed = err
		} else if err != nil {
			return f.path, err
		}
	}
	if untimed != nil {
		return f.path, untimed
	}
	if o.Show != nil {
		if err := o.Show(f.path); err != nil {
			return f.path, err
		}
	}
	return f.path, f.conclude()
}

// prepare reads every model and text of a plan, so that what is wrong with one is
// known before anything is written. A subject that is alone is kept; several are read
// again when their turn comes (nil here), since they may not fit into memory together.
func prepare(p *plan.Plan) ([]*subject, error) {
	all := parts(p)
	subjects := make([]*subject, len(all))
	for i, x := range all {
		s, err := newSubject(p, x.model, x.data)
		if err == nil {
			err = s.check(p)
		}
		if err != nil {
			return nil, err
		}
		if len(all) == 1 {
			subjects[i] = s
		}
	}
	return subjects, nil
}

func (o *Options) say(format string, args ...any) {
	if o.Say != nil {
		o.Say(fmt.Sprintf(format, args...))
	}
}

// record makes one record of the plan, or what it still lacks. The subject is read if it is nil.
func (o *Options) record(ctx context.Context, p *plan.Plan, x part, s *subject, run string) (err error) {
	dir := filepath.Join(run, x.path)
	if err := atomicfile.MkdirAll(dir); err != nil {
		return err
	}
	if old, err := results.Read(filepath.Join(dir, results.RecordFile)); err == nil && old.Damage() == nil && ended(old) {
		if err := atomicfile.RemoveAll(filepath.Join(dir, jobsFolder)); err != nil { // it may have been killed before that
			return err
		}
		return whole(dir)
	}
	w, err := newWorker(p, x, s, run, o.Cells)
	if err != nil {
		return err
	}
	defer w.close()
	w.about, w.say = o.About, o.say
	for _, text := range w.subject.corpus.found {
		o.say("%s", text)
	}
	for _, text := range w.unreachable {
		o.say("left out: %s", text)
	}
	for _, text := range w.nearest {
		o.say("at its nearest setting: %s", text)
	}
	r, err := openRecord(dir, w.config())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	return o.do(ctx, w, r)
}

// do has the record's jobs done that are not, and moves what they give into the record, in the
// plan's order.
func (o *Options) do(ctx context.Context, w *worker, r *record) error {
	signs, err := w.live()
	if err != nil {
		return err
	}
	var lacking, todo []*Job
	bar := newProgress(w.part.path, nil)
	bar.report = func(p Progress) {
		signs.follow(p, bar.settled)
		if o.Progress != nil {
			o.Progress(p)
		}
	}
	bar.state.OfJobs = len(w.jobs)
	for _, j := range w.jobs {
		if has, err := w.has(r, j); has && err == nil { // of a rule that is still to be made nothing is known
			bar.state.Jobs++
			continue
		}
		lacking = append(lacking, j)
		bar.lacks(j)
		if !w.done(j) && !(o.Untimed && j.Kind == Time) {
			todo = append(todo, j)
		}
	}
	w.advance = bar.advance
	next := 0
	collect := func() error {
		if err := o.alive(); err != nil {
			return err
		}
		for ; next < len(lacking) && w.done(lacking[next]); next++ {
			if err := w.collect(r, lacking[next]); err != nil {
				return err
			}
			bar.complete(lacking[next])
		}
		return nil
	}
	if err := collect(); err != nil { // what other processes have done
		return err
	}
	executor := o.Executor
	if executor == nil {
		executor = w
	}
	if err := executor.Do(ctx, w.run, todo, func(*Job) error { return collect() }); err != nil {
		return err
	}
	if err := collect(); err != nil {
		return err
	}
	if next < len(lacking) {
		j := lacking[next]
		if o.Untimed && j.Kind == Time {
			return ErrUntimed
		}
		return fmt.Errorf("the executor has left %s job %s (%s) undone", j.Kind, j.Key, j.Name)
	}
	if err := w.unlock(); err != nil {
		return err
	}
	return atomicfile.RemoveAll(filepath.Join(w.dir, jobsFolder))
}

// has reports whether nothing of a job is lacking: its result is in the store, or its lines are in
// the record.
func (w *worker) has(r *record, j *Job) (bool, error) {
	switch j.Kind {
	case Evaluate:
		return w.evaluated(j.cell, r.known)
	case Time:
		return false, nil
	}
	return w.done(j), nil
}

// collect moves a job's lines, if it makes some, into the record. Lines that the record has, as when
// it was stopped between the two steps, are dropped.
func (w *worker) collect(r *record, j *Job) error {
	if !j.recorded() {
		return nil
	}
	has, err := w.has(r, j)
	if err != nil {
		return err
	}
	if !has {
		points, predictions, err := w.readOutput(j)
		if err != nil {
			return err
		}
		if err := r.add(points, predictions); err != nil {
			return err
		}
	}
	return atomicfile.RemoveAll(w.output(j))
}
