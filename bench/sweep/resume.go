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

// open begins the record and its predictions, or goes on with those that are there:
// what was cut in the middle is dropped, a line or all that was timed.
func (r *run) open(dir string, config []results.Key) error {
	path, beside := filepath.Join(dir, results.RecordFile), filepath.Join(dir, results.PredictionsFile)
	r.known = map[string]bool{}
	old, err := results.Read(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil && len(old.Points) > 0 {
		return r.resume(old, beside, config)
	}
	for _, file := range []string{path, beside} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if r.record, err = results.Create(path, config); err != nil {
		return err
	}
	r.predictions, err = results.CreatePredictions(beside)
	return err
}

// free are keys of a configuration that may change where a run resumes: what has been
// counted does not depend on them, and all times are taken anew.
var free = []string{"build", "go", "goos", "cpu", "gpu-condition"}

// moved returns the configuration of a record that resumes with another build or machine,
// which names those before; nil if nothing has changed. What must not change is an error.
func moved(old *results.Record, config []results.Key) ([]results.Key, error) {
	before := old.Get(results.KeyBegunBy)
	was, changed := []string{}, false
	for _, k := range config {
		value := strings.TrimSpace(k.Value)
		switch same := old.Get(k.Name) == value; {
		case slices.Contains(free, k.Name):
			changed = changed || !same
			if k.Name == "build" || k.Name == "cpu" {
				was = append(was, old.Get(k.Name))
			}
		case !same && k.Name != "command":
			return nil, fmt.Errorf("%s: the run was begun with %s %q and would resume with %q: finish it as it was begun, or begin a new one (-o DIR)", old.Path, k.Name, old.Get(k.Name), value)
		}
	}
	if changed {
		before = strings.TrimPrefix(before+"; "+strings.Join(was, " "), "; ")
	} else if before == "" {
		return nil, nil
	}
	return append(slices.Clone(config), results.Key{Name: results.KeyBegunBy, Value: before}), nil
}

func (r *run) resume(old *results.Record, beside string, config []results.Key) error {
	config, err := moved(old, config)
	if err != nil {
		return err
	}
	whole := map[string]bool{}
	for _, p := range old.Points {
		_, ok := p.Value(results.ExecutedRatio)
		if !ok {
			break
		}
		name, err := p.FullName()
		if err != nil {
			return fmt.Errorf("%s: %w", old.Path, err)
		}
		host := p.Key(keySelect) == onHost
		if host {
			p.Keys = p.Keys[:len(p.Keys)-1]
		}
		short, err := p.FullName()
		if err != nil {
			return fmt.Errorf("%s: %w", old.Path, err)
		}
		whole[name], r.known[short] = true, host
	}
	if config != nil {
		if err := results.Reconfigure(old.Path, config); err != nil {
			return err
		}
	}
	if r.record, err = results.Resume(old.Path, len(whole)); err != nil {
		return err
	}
	r.predictions, err = results.ResumePredictions(beside, func(p *results.Prediction) bool { return whole[p.Point] })
	return err
}

func (r *run) close() error {
	var errs []error
	if r.record != nil {
		errs = append(errs, r.record.Close())
	}
	if r.predictions != nil {
		errs = append(errs, r.predictions.Close())
	}
	return errors.Join(errs...)
}
