package results

import (
	"errors"
	"path/filepath"
)

// Save writes the run's record and predictions into a folder that has neither.
func (r *Run) Save(dir string) (err error) {
	record, err := Create(filepath.Join(dir, RecordFile), r.Config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, record.Close()) }()
	predictions, err := CreatePredictions(filepath.Join(dir, PredictionsFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, predictions.Close()) }()
	var lines []Point // without predictions, still to be written
	saved := map[string]bool{}
	for _, p := range r.Points {
		name, err := p.FullName()
		if err != nil {
			return err
		}
		own := r.PredictionsOf([]Point{p})
		if len(own) == 0 || saved[name] {
			lines = append(lines, p)
			continue
		}
		saved[name] = true
		if err := record.Add(lines...); err != nil {
			return err
		}
		lines = nil
		if err := predictions.Add(own); err != nil {
			return err
		}
		if err := record.AddPredicted(p, own); err != nil {
			return err
		}
	}
	return record.Add(lines...)
}
