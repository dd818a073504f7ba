package results

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"ltpbench/internal/atomicfile"
)

// Differs returns the first key whose value would be wrong if the record were continued
// with config, and both values, empty where there is none; no key if it may be continued.
// The command line, and the keys of may, are allowed to differ.
func (r *Record) Differs(config []Key, may ...string) (key, was, is string) {
	value := func(list []Key, name string) string {
		for _, k := range list {
			if k.Name == name {
				return strings.TrimSpace(k.Value)
			}
		}
		return ""
	}
	for _, k := range append(slices.Clone(config), r.Config...) {
		was, is := value(r.Config, k.Name), value(config, k.Name)
		if !SameValue(k.Name, was, is) && k.Name != "command" && !slices.Contains(may, k.Name) {
			return k.Name, was, is
		}
	}
	return "", "", ""
}

// Resume opens a record to continue it. The first points lines of it stay, as in
// Record.Points; what follows, such as an incomplete line, is dropped.
func Resume(path string, points int) (*Writer, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	w := &Writer{units: make(map[string]bool)}
	header := bytes.Index(data, []byte("\n\n"))
	if header < 0 {
		return nil, fmt.Errorf("%s: the configuration is incomplete because its run was stopped while writing it; remove the file", path)
	}
	kept := header + 2
	for rest := data[kept:]; points > 0; {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		if !whole {
			return nil, fmt.Errorf("%s: %d points that were read from it are gone; another program is writing to it", path, points)
		}
		rest, kept = after, kept+len(line)+1
		if bytes.HasPrefix(line, []byte("Benchmark")) {
			points--
		} else if unit, ok := strings.CutPrefix(string(line), "Unit "); ok {
			unit, _, _ = strings.Cut(unit, " ")
			w.units[unit] = true
		}
	}
	w.file, err = openAppendFile(path, int64(kept))
	return w, err
}

// Reconfigure replaces the configuration of a record that is to be resumed. Its lines stay.
func Reconfigure(path string, config []Key) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	_, lines, ok := bytes.Cut(data, []byte("\n\n"))
	if !ok {
		return fmt.Errorf("%s: the configuration is incomplete because its run was stopped while writing it; remove the file", path)
	}
	header, err := formatHeader(config)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return atomicfile.Write(path, append(header, lines...))
}

// ResumePredictions opens predictions to continue them. Predictions stay up to the first
// one for which keep returns false, or the first line that cannot be read.
func ResumePredictions(path string, keep func(*Prediction) bool) (*PredictionWriter, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	kept := 0
	for rest := data; ; {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		var p Prediction
		if !whole || json.Unmarshal(line, &p) != nil || !keep(&p) {
			break
		}
		rest, kept = after, kept+len(line)+1
	}
	file, err := openAppendFile(path, int64(kept))
	if err != nil {
		return nil, err
	}
	return &PredictionWriter{file}, nil
}
