package sweep

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ltpbench/results"
)

// record is a record being written, with its predictions.
type record struct {
	points      *results.Writer
	predictions *results.PredictionWriter
	known       []results.Point // evaluations that it has
}

// openRecord begins a record, or resumes one: what was cut in the middle is dropped, a line or
// all that was timed.
func openRecord(dir string, config []results.Key) (*record, error) {
	path, beside := filepath.Join(dir, results.RecordFile), filepath.Join(dir, results.PredictionsFile)
	old, err := results.Read(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err == nil && old.Damage() != nil {
		return nil, unfit(path, old.Damage())
	}
	if err == nil && len(old.Points) > 0 {
		return resume(old, beside, config)
	}
	for _, file := range []string{path, beside} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	r := &record{}
	if r.points, err = results.Create(path, config); err == nil {
		r.predictions, err = results.CreatePredictions(beside)
	}
	return r, r.failed(err)
}

// unfit adds the cure to what is wrong with a record or its predictions.
func unfit(record string, err error) error {
	return fmt.Errorf("%w; restore the file from a copy, or remove %s: then the same command counts and times again, with the weights that are there", err, record)
}

// whole reports damage in the files of a finished record.
func whole(dir string) error {
	runs, err := results.Open(filepath.Join(dir, results.RecordFile))
	if err == nil {
		err = runs[0].Damage()
	}
	if err != nil {
		return unfit(filepath.Join(dir, results.RecordFile), err)
	}
	return nil
}

// machine are keys of a configuration that may change where a run resumes: what has been
// counted does not depend on them, and all times are taken again.
var machine = []string{"build", "go", "goos", "cpu", "gpu-condition"}

// moved returns the configuration of a record that resumes with another build or machine,
// which names those before; nil if nothing has changed. What must not change is an error.
func moved(old *results.Record, config []results.Key) ([]results.Key, error) {
	if key, was, is := old.Differs(config, append(machine, results.KeyBegunBy)...); key != "" {
		return nil, fmt.Errorf("%s: the run was begun with %s %q and would resume with %q: finish it with the same settings, or begin a new one (-o DIR)", old.Path, key, was, is)
	}
	before := old.Get(results.KeyBegunBy)
	if key, _, _ := old.Differs(config, results.KeyBegunBy); key != "" {
		var was []string
		for _, name := range []string{"cpu", "build"} {
			if value := old.Get(name); value != "" {
				was = append(was, value)
			}
		}
		before = strings.TrimPrefix(before+"; "+strings.Join(was, " "), "; ")
	} else if before == "" {
		return nil, nil
	}
	return append(slices.Clone(config), results.Key{Name: results.KeyBegunBy, Value: before}), nil
}

func resume(old *results.Record, beside string, config []results.Key) (*record, error) {
	config, err := moved(old, config)
	if err != nil {
		return nil, err
	}
	r := &record{}
	for _, p := range old.Points {
		if _, counted := p.Value(results.ExecutedRatio); !counted {
			break
		}
		r.known = append(r.known, p)
	}
	if r.predictions, err = old.ResumePredictions(beside, len(r.known)); err != nil { // before the record is touched
		return nil, unfit(old.Path, err)
	}
	if config != nil {
		if err := results.Reconfigure(old.Path, config); err != nil {
			return r, r.failed(err)
		}
	}
	r.points, err = old.Resume(len(r.known))
	return r, r.failed(err)
}

// add appends an output.
func (r *record) add(points []results.Point, predictions []results.Prediction) error {
	if len(predictions) > 0 {
		if err := r.predictions.Add(predictions); err != nil {
			return err
		}
	}
	if len(points) == 1 && len(predictions) > 0 {
		return r.points.AddPredicted(points[0], predictions)
	}
	return r.points.Add(points...)
}

// failed closes what is open after an error.
func (r *record) failed(err error) error {
	if err != nil {
		return errors.Join(err, r.close())
	}
	return nil
}

func (r *record) close() error {
	var errs []error
	if r.points != nil {
		errs = append(errs, r.points.Close())
	}
	if r.predictions != nil {
		errs = append(errs, r.predictions.Close())
	}
	return errors.Join(errs...)
}
