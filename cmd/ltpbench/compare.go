package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"ltpbench/bench/compare"
	"ltpbench/results"
)

type compareCmd struct {
	Old string `arg:"" help:"Record or folder of a run."`
	New string `arg:"" help:"Record or folder to compare with it."`

	Threshold float64 `help:"Fail if a point is significantly slower by more than this fraction; inf: never." default:"0.05"`
	All       bool    `help:"Print a line for every time, not only for significant differences."`
}

// errDiffer ends the program with exit code 1; the differences have been printed.
var errDiffer = errors.New("the runs differ: see above")

// Run compares two runs, or two folders of runs one by one.
func (c *compareCmd) Run(o *output) error {
	if !(c.Threshold >= 0) {
		return errUsage{fmt.Errorf("--threshold %v: must be a fraction such as 0.05, or inf", c.Threshold)}
	}
	old, err := openRuns(o, []string{c.Old})
	if err != nil {
		return err
	}
	new, err := openRuns(o, []string{c.New})
	if err != nil {
		return err
	}
	pairs, err := c.pairs(old, new)
	if err != nil {
		return err
	}
	failed := false
	for _, p := range pairs {
		r := compare.Of(p[0], p[1])
		if len(pairs) > 1 {
			fmt.Fprintf(o.out, "%s\n", filepath.Base(filepath.Dir(p[1].Path)))
		}
		if err := r.Write(o.out, c.Threshold, c.All); err != nil {
			return err
		}
		failed = failed || r.Failed(c.Threshold)
	}
	if failed {
		return errDiffer
	}
	return nil
}

// pairs matches runs by the names of their folders, where there are several.
func (c *compareCmd) pairs(old, new []*results.Run) ([][2]*results.Run, error) {
	if len(old) == 1 && len(new) == 1 {
		return [][2]*results.Run{{old[0], new[0]}}, nil
	}
	var pairs [][2]*results.Run
	for _, a := range old {
		for _, b := range new {
			if filepath.Base(filepath.Dir(a.Path)) == filepath.Base(filepath.Dir(b.Path)) {
				pairs = append(pairs, [2]*results.Run{a, b})
			}
		}
	}
	if len(pairs) < max(len(old), len(new)) {
		return nil, fmt.Errorf("%s has %d runs and %s has %d, and their folders do not have the same names: name two runs to compare", c.Old, len(old), c.New, len(new))
	}
	return pairs, nil
}
