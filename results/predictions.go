package results

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// Prediction is what a model said about one example. Predictions of two points
// over the same examples are what paired tests compare.
type Prediction struct {
	Point      string    `json:"point"`            // the point's FullName
	Example    int       `json:"example"`          // index in the data set, from 0
	Label      float64   `json:"label"`            // true class, or true value of a regression
	Prediction float64   `json:"prediction"`       // predicted class or value
	Logits     []float32 `json:"logits"`           // the head's output
	Tokens     int       `json:"tokens,omitempty"` // real tokens before pruning
	Kept       []int     `json:"kept,omitempty"`   // per layer: tokens that leave it
	Sets       string    `json:"sets,omitempty"`   // stands for the places of those tokens: equal sets have equal strings
}

// PredictionWriter writes predictions beside a record, one JSON object per line.
type PredictionWriter struct {
	file *appendFile
}

// CreatePredictions begins a new file of predictions, by custom named like its
// record with the ending .jsonl. It is an error if path exists.
func CreatePredictions(path string) (*PredictionWriter, error) {
	file, err := newAppendFile(path)
	if err != nil {
		return nil, err
	}
	return &PredictionWriter{file}, nil
}

// Add appends predictions, all of them or none; they are on the disk when it
// returns. A NaN among the numbers is an error that names its example.
func (w *PredictionWriter) Add(predictions []Prediction) error {
	var b bytes.Buffer
	for i := range predictions {
		line, err := json.Marshal(&predictions[i])
		if err != nil {
			return fmt.Errorf("%s: example %d of %s: %w", w.file.path, predictions[i].Example, predictions[i].Point, err)
		}
		b.Write(line)
		b.WriteByte('\n')
	}
	return w.file.append(b.Bytes())
}

// Close ends the file and returns the first error that writing met.
func (w *PredictionWriter) Close() error { return w.file.close() }

// ReadPredictions reads predictions, from a path that ends in .gz unpacked. Problems are lines that could not be read,
// each with its file and line, and a half-written last line; the error is about
// the file itself.
func ReadPredictions(path string) (predictions []Prediction, problems []error, err error) {
	data, err := readFile(path)
	if err != nil {
		return nil, nil, err
	}
	predictions, problems = parsePredictions(path, data)
	return predictions, problems, nil
}

func parsePredictions(path string, data []byte) (predictions []Prediction, problems []error) {
	for number := 1; len(data) > 0; number++ {
		line, rest, whole := bytes.Cut(data, []byte("\n"))
		data = rest
		var p Prediction
		if !whole {
			problems = append(problems, fmt.Errorf("%s:%d: the last line has no end, so its run was stopped while writing it; left out", path, number))
		} else if err := json.Unmarshal(line, &p); err != nil {
			problems = append(problems, fmt.Errorf("%s:%d: %w", path, number, err))
		} else {
			predictions = append(predictions, p)
		}
	}
	return predictions, problems
}

func readFile(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil || !strings.HasSuffix(path, ".gz") {
		return data, err
	}
	in, err := gzip.NewReader(bytes.NewReader(data))
	if err == nil {
		data, err = io.ReadAll(in)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return data, nil
}
