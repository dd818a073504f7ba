package sweep

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ltpbench/internal/atomicfile"
	"ltpbench/results"
)

// A job that adds to the record leaves its lines in a folder jobs/KEY of the record's, as a small
// record with predictions beside it, from where the sweep moves them into the record in the plan's
// order. So it doesn't matter which process did the job.
const (
	jobsFolder = "jobs"
	outputFile = "output.txt"
)

func (w *worker) output(j *Job) string { return filepath.Join(w.dir, jobsFolder, j.Key) }

func (w *worker) hasOutput(j *Job) bool {
	_, err := os.Stat(filepath.Join(w.output(j), outputFile))
	return err == nil
}

// writeOutput leaves a job's lines: all of them or none.
func (w *worker) writeOutput(j *Job, points []results.Point, predictions []results.Prediction) error {
	return atomicfile.Folder(w.output(j), func(dir string) error {
		out, err := results.Create(filepath.Join(dir, outputFile), w.config())
		if err != nil {
			return err
		}
		if predictions == nil {
			return errors.Join(out.Add(points...), out.Close())
		}
		if err := errors.Join(out.AddPredicted(points[0], predictions), out.Close()); err != nil {
			return err
		}
		beside, err := results.CreatePredictions(filepath.Join(dir, results.PredictionsFile))
		if err != nil {
			return err
		}
		return errors.Join(beside.Add(predictions), beside.Close())
	})
}

// readOutput returns a job's lines. Times from a machine or build other than this one are an
// error: they would be in a record whose head is wrong about them.
func (w *worker) readOutput(j *Job) ([]results.Point, []results.Prediction, error) {
	record, err := results.Read(filepath.Join(w.output(j), outputFile))
	if err != nil {
		return nil, nil, err
	}
	if j.Kind == Time {
		if key, was, is := record.Differs(w.config(), results.KeyBegunBy); key != "" {
			return nil, nil, fmt.Errorf("%s: timed with %s %q, and this is with %q: finish the run there, or remove the folder to time again here", record.Path, key, was, is)
		}
		if err := errors.Join(record.Problems...); err != nil {
			return nil, nil, fmt.Errorf("%w; remove %s, and the same command times again", err, w.output(j))
		}
		return record.Points, nil, nil
	}
	predictions, problems, err := record.Predictions(filepath.Join(w.output(j), results.PredictionsFile))
	if err := errors.Join(errors.Join(record.Problems...), errors.Join(problems...), err); err != nil {
		return nil, nil, fmt.Errorf("%w; remove %s, and the same command does the job again", err, w.output(j))
	}
	return record.Points, predictions, nil
}

// claim keeps other processes from doing the same job until release is called. A job whose result goes to the store,
// which several runs may share, is waited for: what the other process makes is this one's as well.
func (w *worker) claim(ctx context.Context, j *Job) (release func() error, err error) {
	dir := filepath.Join(w.dir, jobsFolder)
	if !j.recorded() {
		dir = string(w.store)
	}
	for waited := false; ; waited = true {
		if err := atomicfile.MkdirAll(dir); err != nil {
			return nil, err
		}
		lock, err := atomicfile.Lock(filepath.Join(dir, "."+j.Key+lockFile))
		switch {
		case err == nil:
			return lock.Remove, nil
		case errors.Is(err, atomicfile.ErrLocked) && j.recorded():
			return nil, fmt.Errorf("%s job %s (%s): %w", j.Kind, j.Key, j.Name, errBusy)
		case errors.Is(err, fs.ErrNotExist): // another run has removed the folder in between
		case !errors.Is(err, atomicfile.ErrLocked):
			return nil, err
		case !waited:
			w.say("waiting for another process, which is at %s (%s job %s)", j.Name, j.Kind, j.Key)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lookAgain):
		}
	}
}

// unlock removes the locks that processes which were killed behind a job have left in the store.
func (w *worker) unlock() error {
	for _, j := range w.jobs {
		path := filepath.Join(string(w.store), "."+j.Key+lockFile)
		if _, err := os.Stat(path); err != nil || j.recorded() {
			continue
		}
		lock, err := atomicfile.Lock(path)
		if errors.Is(err, atomicfile.ErrLocked) {
			continue // another run is at it
		}
		if err == nil {
			err = lock.Remove()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// lookAgain is how often a process looks whether another one has finished a job.
const lookAgain = 200 * time.Millisecond
