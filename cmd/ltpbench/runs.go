package main

import (
	"errors"
	"fmt"

	"ltpbench/bench/eval"
	"ltpbench/results"
	"ltpbench/results/report"
)

// openRuns opens all runs at the paths, and reports what could not be read of them.
func openRuns(o *output, paths []string) ([]*results.Run, error) {
	var all []*results.Run
	for _, path := range paths {
		runs, err := results.Open(path)
		if err != nil {
			return nil, err
		}
		for _, run := range runs {
			if len(run.Config) == 0 && len(run.Points) == 0 {
				return nil, fmt.Errorf("%s is not a record: name a run's folder or the sweep.txt in it", run.Path)
			}
		}
		all = append(all, runs...)
	}
	results.TellApart(all)
	for _, run := range all {
		for _, problem := range run.Problems {
			fmt.Fprintln(o.err, "ltpbench: warning:", problem)
		}
	}
	return all, nil
}

// rows returns a run's points of a kind of line that --where selects, one for each seed and as their means.
func rows(run *results.Run, name, where string) (each, merged []results.Point, err error) {
	all, problems := run.Rows()
	if len(problems) > 0 {
		return nil, nil, errors.Join(problems...)
	}
	each = results.Named(all, name)
	if len(each) == 0 {
		if err := notEval(run); err != nil {
			return nil, nil, err
		}
		return nil, nil, fmt.Errorf("%s has no line Benchmark%s yet: finish the sweep, or name another run", run.Path, name)
	}
	if each, err = selected(where, run, each); err != nil {
		return nil, nil, err
	}
	interval, err := eval.OverSeeds(run)
	if err != nil {
		return nil, nil, err
	}
	return each, results.MergeSeeds(each, interval), nil
}

// notEval returns an error for a record of evaluations.
func notEval(run *results.Run) error {
	if len(run.Points) > 0 && run.Points[0].Name == "Eval" {
		return fmt.Errorf("%s is a record of `ltpbench eval`, which `ltpbench compare` and benchstat read: name a sweep's run here", run.Path)
	}
	return nil
}

// selected are the points that --where selects: all without it.
func selected(where string, run *results.Run, points []results.Point) ([]results.Point, error) {
	if where == "" {
		return points, nil
	}
	filter, err := report.NewFilter(where)
	if err != nil {
		return nil, errUsage{fmt.Errorf("--where: %w", err)}
	}
	if points, err = filter.Select(run.Record, points); err != nil {
		return nil, fmt.Errorf("--where: %w", err)
	}
	return points, nil
}
