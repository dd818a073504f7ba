// Package sweep carries plans out: it makes the weights of every point, runs each
// exactly and against the clock, and writes what is known the moment it is known, so
// that a sweep can be stopped at any time and go on.
package sweep

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"ltpbench/bench/plan"
	"ltpbench/hw"
	"ltpbench/model"
	"ltpbench/results"
)

// Options are what a plan leaves open.
type Options struct {
	// Out is the run's folder. An unfinished run of the same plan goes on there; a
	// finished one, or another plan, is an error. Empty: the last of
	// ./ltpbench-results, if that is an unfinished run of the plan, else a new one.
	Out string
	// Cells is the folder of weights that are made; empty: cells in the run's folder.
	// Runs may share one.
	Cells string
	// About is what every record says of the program: build, command.
	About []results.Key
	// Say, if not nil, hears what a reader should know, a sentence each time.
	Say func(string)
	// Progress, if not nil, hears what is under way and how far the record is.
	Progress func(what string, done, of float64)
}

// Sweep carries a plan out and returns the run's folder. When ctx ends, the step
// under way is finished and kept, and the error is ctx's: the same call goes on.
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
	if f.begun {
		o.say("going on with the run in %s", f.path)
	}
	if o.Cells == "" {
		o.Cells = filepath.Join(f.path, "cells")
	}
	for i, x := range places(&p) {
		if err := o.record(ctx, &p, x, subjects[i], filepath.Join(f.path, x.path)); err != nil {
			return f.path, err
		}
	}
	return f.path, nil
}

// prepare reads every model and text of a plan, so that what is wrong with one is
// known before anything is written. A subject that is alone is kept; several are read
// again when their turn comes (nil here), since they may not fit into memory together.
func prepare(p *plan.Plan) ([]*subject, error) {
	all := places(p)
	subjects := make([]*subject, len(all))
	for i, x := range all {
		s, err := newSubject(p, x.model, x.data)
		if err == nil {
			_, _, err = s.cells(p)
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
func (o *Options) record(ctx context.Context, p *plan.Plan, x place, s *subject, dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if old, err := results.Read(filepath.Join(dir, results.RecordFile)); err == nil && ended(old) {
		return nil
	}
	device, err := hw.Open(x.device, hw.Options{Threads: p.Threads})
	if err != nil {
		return err
	}
	defer device.Close()
	if s == nil {
		if s, err = newSubject(p, x.model, x.data); err != nil {
			return err
		}
	}
	for _, text := range s.text.found {
		o.say("%s", text)
	}
	cells, unreachable, err := s.cells(p)
	if err != nil {
		return err
	}
	for _, text := range unreachable {
		o.say("left out: %s", text)
	}
	r := &run{Options: o, cells: cells, maker: &maker{
		subject: s, plan: p, device: device, store: store{o.Cells}, bases: map[uint64]*model.Checkpoint{}, hashes: map[*model.Checkpoint]string{},
	}}
	r.count()
	r.maker.skip = func(tokens int) { r.total -= float64(backward * tokens) }
	r.maker.step = func(what string, tokens int) { r.advance(what, backward*tokens) }
	if err := r.open(dir, r.config(unreachable)); err != nil {
		return err
	}
	return errors.Join(r.work(ctx), r.close())
}
