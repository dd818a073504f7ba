package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"ltpbench/bench/eval"
	"ltpbench/results"
)

// keyRun tells runs of the same model, task and device apart.
const keyRun = "run"

// openRuns opens all runs at the paths, and says what of them could not be read.
func openRuns(o *output, paths []string) ([]*results.Run, error) {
	var all []*results.Run
	for _, path := range paths {
		runs, err := results.Open(path)
		if err != nil {
			return nil, err
		}
		for _, run := range runs {
			if len(run.Config) == 0 && len(run.Points) == 0 {
				return nil, fmt.Errorf("%s is no record: name a run's folder or the sweep.txt in it", run.Path)
			}
		}
		all = append(all, runs...)
	}
	for _, run := range all {
		for _, problem := range run.Problems {
			fmt.Fprintln(o.err, "ltpbench: warning:", problem)
		}
	}
	return all, nil
}

// rows returns a run's points of a kind of line, one for each seed and as their means.
func rows(run *results.Run, name string) (each, merged []results.Point, err error) {
	all, problems := run.Rows()
	if len(problems) > 0 {
		return nil, nil, errors.Join(problems...)
	}
	each = results.Named(all, name)
	if len(each) == 0 {
		return nil, nil, fmt.Errorf("%s has no line Benchmark%s yet: let the sweep go on, or name another run", run.Path, name)
	}
	interval, err := eval.OverSeeds(run)
	if err != nil {
		return nil, nil, err
	}
	return each, results.MergeSeeds(each, interval), nil
}

// placed puts before the points' keys where they come from.
func placed(run *results.Run, points []results.Point) []results.Point {
	var from []results.Key
	for _, key := range []string{results.KeyModel, results.KeyTask, results.KeyDevice} {
		from = append(from, results.Key{Name: key, Value: run.Get(key)})
	}
	from = append(from, results.Key{Name: keyRun, Value: filepath.Base(filepath.Dir(run.Path))})
	out := slices.Clone(points)
	for i := range out {
		out[i].Keys = append(slices.Clone(from), out[i].Keys...)
	}
	return out
}
