package sweep

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"ltpbench/bench/plan"
)

// Do does one job of the run in a folder, whose plan.toml names the plan. What it gives is found
// by every sweep of the plan in that folder, and by other jobs. A key that no job has is an error.
func Do(ctx context.Context, run, key string, o Options) error {
	p, err := plan.Read(filepath.Join(run, planFile))
	if err != nil {
		return err
	}
	if o.Cells == "" {
		o.Cells = filepath.Join(run, "cells")
	}
	errDone := errors.New("done")
	err = each(&p, run, o.Cells, func(w *worker) error {
		w.about, w.say = o.About, o.say
		for _, j := range w.jobs {
			if j.Key != key {
				continue
			}
			if err := w.announce(); err != nil {
				return err
			}
			bar := newProgress(w.part.path, o.Progress)
			bar.lacks(j)
			bar.state.OfJobs = 1
			w.advance = bar.advance
			if err := w.one(ctx, j); err != nil {
				return fmt.Errorf("%s: %w", j.Name, err)
			}
			bar.complete(j)
			return errDone
		}
		return nil
	})
	if err == nil {
		return fmt.Errorf("%s: no job of its plan has the key %s: `ltpbench plan jobs %s` lists them", run, key, filepath.Join(run, planFile))
	}
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}
