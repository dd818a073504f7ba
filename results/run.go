package results

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Names of the files in a run's folder.
const (
	RecordFile      = "sweep.txt"
	PredictionsFile = "predictions.jsonl"
)

// Run is a record and the predictions beside it: the input of tables, figures and
// verdicts.
type Run struct {
	*Record
	Predictions []Prediction // nil: none were kept

	byPoint map[string][]Prediction // filled by PredictionsOf
	name    string                  // set by TellApart
}

// Name is the run's folder, without those above it unless TellApart found that they are needed.
func (r *Run) Name() string {
	if r.name != "" {
		return r.name
	}
	return filepath.Base(r.folder())
}

// folder is where the run lies.
func (r *Run) folder() string {
	path, err := filepath.Abs(r.Path)
	if err != nil {
		path = r.Path
	}
	return filepath.Dir(path)
}

// TellApart names runs in folders of one name after as many of the folders above them as it takes, "a/run" and
// "b/run", and numbers those that are the same folder.
func TellApart(runs []*Run) {
	names := make([]string, len(runs))
	for depth := 1; ; depth++ {
		of, done := map[string]string{}, true // the folder that has a name; "" where several have
		for i, r := range runs {
			if folder, ok := of[names[i]]; ok && folder != r.folder() {
				of[names[i]] = ""
			} else if !ok {
				of[names[i]] = r.folder()
			}
		}
		for i, r := range runs {
			if depth == 1 || of[names[i]] == "" {
				parts := strings.Split(filepath.ToSlash(r.folder()), "/")
				names[i], done = strings.Join(parts[max(0, len(parts)-depth):], "/"), false
			}
		}
		if done {
			break
		}
	}
	for i, r := range runs {
		r.name = names[i]
		for n := 2; slices.Contains(names[:i], r.name); n++ {
			r.name = fmt.Sprintf("%s (%d)", names[i], n)
		}
		names[i] = r.name
	}
}

// Open reads the runs at path: a record; a folder that holds one; or a folder whose
// subfolders do, in order of their names. It is an error if there is none. What could
// not be read is in the record's Problems.
func Open(path string) ([]*Run, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%w: name a run's folder, or a record", err)
	}
	records := []string{path}
	if info.IsDir() {
		for _, pattern := range []string{RecordFile, filepath.Join("*", RecordFile)} {
			// fs.Glob, since the folder's own name may have a pattern's characters.
			if records, err = fs.Glob(os.DirFS(path), filepath.ToSlash(pattern)); err != nil {
				return nil, err
			}
			if len(records) > 0 {
				break
			}
		}
		if len(records) == 0 {
			return nil, fmt.Errorf("%s has no %s, and no folder in it has one: name a record or a run's folder", path, RecordFile)
		}
		for i, name := range records {
			records[i] = filepath.Join(path, filepath.FromSlash(name))
		}
	}
	var runs []*Run
	for _, record := range records {
		run, err := openRun(record)
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, nil
}

func openRun(path string) (*Run, error) {
	record, err := Read(path)
	if err != nil {
		return nil, err
	}
	run := &Run{Record: record}
	beside := predictionsOf(path)
	for _, file := range []string{beside, beside + ".gz"} {
		predictions, problems, err := record.Predictions(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		run.Predictions = predictions
		run.Problems = append(run.Problems, problems...)
		break
	}
	return run, nil
}

// predictionsOf returns where a record's predictions are: under the usual name if the
// record has the usual one, else beside it with the extension .jsonl.
func predictionsOf(record string) string {
	if filepath.Base(record) == RecordFile {
		return filepath.Join(filepath.Dir(record), PredictionsFile)
	}
	return strings.TrimSuffix(record, filepath.Ext(record)) + ".jsonl"
}
