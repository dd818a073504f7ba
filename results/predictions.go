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

// Prediction is a model's output for one example. Paired tests compare predictions of
// two points on the same examples.
type Prediction struct {
	Point      string    `json:"point"`            // the point's FullName
	Example    int       `json:"example"`          // index in the data set, from 0
	Label      float64   `json:"label"`            // true class, or true value of a regression
	Prediction float64   `json:"prediction"`       // predicted class or value
	Logits     []float32 `json:"logits"`           // the head's output
	Tokens     int       `json:"tokens,omitempty"` // real tokens before pruning
	Kept       []int     `json:"kept,omitempty"`   // per layer: tokens that leave it
	Sets       string    `json:"sets,omitempty"`   // hash of the positions of those tokens: equal sets have equal strings
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

// Close closes the file and returns the first error of writing.
func (w *PredictionWriter) Close() error { return w.file.close() }

// ReadPredictions reads predictions; a path that ends in .gz is decompressed. Problems are
// lines that could not be read, each with its file and line, and an incomplete last line;
// the error concerns the file itself.
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
			problems = append(problems, fmt.Errorf("%s:%d: the last line is incomplete because its run was stopped while writing it; ignored", path, number))
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
