package sweep

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ltpbench/bench/plan"
	"ltpbench/bench/recipe"
	"ltpbench/internal/atomicfile"
	"ltpbench/results"
)

// Status is how far a run is, as its folder shows it.
type Status struct {
	Folder   string
	Locked   bool // a process is at work on the whole run
	Unknown  bool // whether one is cannot be seen: the file system or system has no locks
	Finished bool
	Records  []RecordStatus
}

// RecordStatus is how far one record of a run is.
type RecordStatus struct {
	Part     string
	Begun    bool   // its jobs are known
	Finished bool   // it has its last line
	Last     *Alive // the last sign of life; nil: there is none
	// Done, Under and Left are its jobs that are complete, that a process holds or that were begun, and all others.
	Done, Under, Left []*Job
	weight            float64 // of Under and Left
}

// Latest is the folder of the last run in ./ltpbench-results; empty if there is none.
func Latest() string {
	if n := last(); n > 0 {
		return numbered(n)
	}
	return ""
}

// Inspect reads a run's folder, in which another process may be at work, and changes nothing there.
func Inspect(run string) (*Status, error) {
	p, err := plan.Read(filepath.Join(run, planFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is not a run's folder, it has no %s: name the folder that sweep -o names, or one of ./%s", run, planFile, allRuns)
	}
	if err != nil {
		return nil, err
	}
	s := &Status{Folder: run}
	s.Locked, err = atomicfile.Locked(filepath.Join(run, lockFile))
	if s.Unknown = errors.Is(err, errors.ErrUnsupported); err != nil && !s.Unknown {
		return nil, err
	}
	s.Finished = concluded(&p, run)
	for _, x := range parts(&p) {
		r, err := inspect(&p, x, run)
		if err != nil {
			return nil, err
		}
		s.Records = append(s.Records, r)
	}
	return s, nil
}

// inspect looks at one record.
func inspect(p *plan.Plan, x part, run string) (RecordStatus, error) {
	r, dir := RecordStatus{Part: x.path}, filepath.Join(run, x.path)
	evaluated := 0
	record, err := results.Read(filepath.Join(dir, results.RecordFile))
	switch {
	case err == nil:
		r.Finished = ended(record)
		for _, point := range record.Points {
			if _, counted := point.Value(results.ExecutedRatio); counted {
				evaluated++
			}
		}
	case !errors.Is(err, fs.ErrNotExist):
		return r, err
	}
	if r.Finished {
		return r, nil
	}
	jobs := filepath.Join(dir, jobsFolder)
	var list []*Job
	if r.Begun = readJSON(filepath.Join(jobs, listFile), &list) == nil; !r.Begun {
		return r, nil
	}
	store := recipe.Store(filepath.Join(run, "cells"))
	if sign := (&Alive{}); readJSON(filepath.Join(jobs, aliveFile), sign) == nil {
		r.Last, store = sign, recipe.Store(sign.Cells)
	}
	for _, j := range list {
		folder, done := jobs, false
		switch {
		case j.Kind == Evaluate && evaluated > 0: // lines come in the jobs' order
			evaluated--
			done = true
		case j.recorded():
			_, err := os.Stat(filepath.Join(jobs, j.Key, outputFile))
			done = err == nil
		default:
			folder, done = string(store), store.Has(j.Key)
		}
		held, _ := atomicfile.Locked(filepath.Join(folder, "."+j.Key+lockFile))
		_, half := os.Stat(store.Partial(j.Key))
		switch {
		case done:
			r.Done = append(r.Done, j)
		case held || j.trains() && half == nil:
			r.Under = append(r.Under, j)
		default:
			r.Left = append(r.Left, j)
		}
		if !done {
			r.weight += j.weight()
		}
	}
	return r, nil
}

// TimeLeft is how long the rest of the record takes, by the plan's estimate of each job's work and the pace so far;
// false if nothing is known of the pace.
func (r *RecordStatus) TimeLeft() (time.Duration, bool) {
	if r.Last == nil || r.Last.Pace == 0 {
		return 0, false
	}
	return time.Duration(max(0, r.weight-r.Last.Under) * r.Last.Pace * float64(time.Second)), true
}

// readJSON reads a file that is replaced as a whole.
func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
