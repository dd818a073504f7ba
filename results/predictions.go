package results

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"ltpbench/internal/inputs"
)

// Prediction is a model's output for one example. Paired tests compare predictions of
// two points on the same examples.
type Prediction struct {
	Point      string    `json:"point"`             // the point's FullName
	Example    int       `json:"example"`           // index in the data set, from 0
	Label      float64   `json:"label"`             // true class, number of a set of classes (bit i is class i), or value of a regression
	Prediction float64   `json:"prediction"`        // the same, predicted
	Logits     []float32 `json:"logits"`            // the head's output
	Tokens     int       `json:"tokens,omitempty"`  // real tokens before pruning
	Kept       []int     `json:"kept,omitempty"`    // per layer: tokens that leave it
	Entered    []int     `json:"entered,omitempty"` // per layer: tokens that enter its attention, where a rule decides before it
	Sets       string    `json:"sets,omitempty"`    // hash of the positions of those tokens: equal sets have equal strings
}

// PredictionWriter writes predictions beside a record, one JSON object per line.
type PredictionWriter struct {
	file *appendFile
}

// CreatePredictions creates a file of predictions, by convention named like its record
// with the extension .jsonl. It is an error if path exists.
func CreatePredictions(path string) (*PredictionWriter, error) {
	file, err := newAppendFile(path)
	if err != nil {
		return nil, err
	}
	return &PredictionWriter{file}, nil
}

// Add appends predictions, all of them or none; they are on disk when it
// returns. A NaN among the numbers is an error that names its example.
func (w *PredictionWriter) Add(predictions []Prediction) error {
	lines, err := predictionLines(predictions)
	if err != nil {
		return fmt.Errorf("%s: %w", w.file.path, err)
	}
	return w.file.append(lines)
}

// Close closes the file and returns the first error of writing.
func (w *PredictionWriter) Close() error { return w.file.close() }

// ReadPredictions reads predictions; a path that ends in .gz is decompressed. Problems are
// lines that could not be read, each with its file and line, and an incomplete last line;
// the error concerns the file itself.
func ReadPredictions(path string) (predictions []Prediction, problems []error, err error) {
	data, err := readFile(path, mostPredictions)
	if err != nil {
		return nil, nil, err
	}
	predictions, problems = parsePredictions(path, data)
	return predictions, problems, nil
}

func parsePredictions(path string, data []byte) (predictions []Prediction, problems []error) {
	predictions, _, problems = linesOfPredictions(path, data)
	return predictions, problems
}

// linesOfPredictions returns each prediction's line, too: its text with its end.
func linesOfPredictions(path string, data []byte) (predictions []Prediction, lines [][]byte, problems []error) {
	for number := 1; len(data) > 0; number++ {
		line, rest, whole := bytes.Cut(data, []byte("\n"))
		text := data[:len(data)-len(rest)]
		data = rest
		var p Prediction
		if !whole {
			problems = append(problems, fmt.Errorf("%s:%d: the last line is incomplete because its run was stopped while writing it; ignored", path, number))
		} else if err := json.Unmarshal(line, &p); err != nil {
			problems = append(problems, &Damage{path, number, err.Error() + "; line ignored"})
		} else {
			predictions, lines = append(predictions, p), append(lines, text)
		}
	}
	return predictions, lines, problems
}

// Predictions reads the predictions that were written beside the record. Those of points that the record notes others
// of, or in another number, are damaged: they are problems and left out. The error concerns the file itself.
func (r *Record) Predictions(path string) (predictions []Prediction, problems []error, err error) {
	data, err := readFile(path, mostPredictions)
	if err != nil {
		return nil, nil, err
	}
	all, lines, problems := linesOfPredictions(path, data)
	found, sums := map[string]int{}, map[string][]byte{}
	for i, p := range all {
		found[p.Point]++
		sums[p.Point] = append(sums[p.Point], lines[i]...)
	}
	bad := map[string]bool{}
	for i, want := range r.predicted {
		name, err := r.Points[i].FullName()
		if err != nil || found[name] == want.lines && hash(sums[name]) == want.hash {
			continue
		}
		bad[name] = true
		first := 1 + slices.IndexFunc(all, func(p Prediction) bool { return p.Point == name })
		problems = append(problems, &Damage{path, max(1, first), fmt.Sprintf("the predictions of %s are damaged: there are %d, and %s notes %d of checksum %s; they are ignored", name, found[name], r.Path, want.lines, want.hash)})
	}
	return slices.DeleteFunc(all, func(p Prediction) bool { return bad[p.Point] }), problems, nil
}

// Bytes that a record and its predictions, decompressed, have at most.
const (
	mostRecord      = 64 << 20
	mostPredictions = 1 << 30
)

// readFile reads a regular file; a path that ends in .gz is decompressed, as far as limit.
func readFile(path string, limit int64) ([]byte, error) {
	data, err := inputs.ReadPath(path, limit)
	if err != nil || !strings.HasSuffix(path, ".gz") {
		return data, err
	}
	in, err := gzip.NewReader(bytes.NewReader(data))
	if err == nil {
		data, err = readLines(in, limit)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return data, nil
}

// readLines reads text whose first line is not absurdly long, so that a small file that decompresses to gigabytes of
// something else does not fill the memory.
func readLines(in io.Reader, limit int64) ([]byte, error) {
	const line = 1 << 20
	head, err := io.ReadAll(io.LimitReader(in, line))
	if err == nil && len(head) == line && !bytes.Contains(head, []byte("\n")) {
		return nil, errors.New("its first line is longer than 1 MiB: these are no predictions")
	}
	if err != nil {
		return nil, err
	}
	rest, err := io.ReadAll(io.LimitReader(in, limit-line+1))
	if err == nil && int64(len(head)+len(rest)) > limit {
		return nil, fmt.Errorf("decompressed it has more than %d bytes", limit)
	}
	return append(head, rest...), err
}
