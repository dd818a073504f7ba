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

// Differs returns the first key whose value a record that goes on with config would
// have wrong, and both values, empty where there is none; no key if it may resume. The
// command line, and the keys that may differ, are left out.
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
		if was != is && k.Name != "command" && !slices.Contains(may, k.Name) {
			return k.Name, was, is
		}
	}
	return "", "", ""
}

// Resume opens a record to go on with. Its first so many lines of points stay, as
// Record.Points has them; what follows, a line that was cut in the middle say, is dropped.
func Resume(path string, points int) (*Writer, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	w := &Writer{units: make(map[string]bool)}
	header := bytes.Index(data, []byte("\n\n"))
	if header < 0 {
		return nil, fmt.Errorf("%s: its run was stopped while writing the configuration; remove it", path)
	}
	kept := header + 2
	for rest := data[kept:]; points > 0; {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		if !whole {
			return nil, fmt.Errorf("%s: there are %d points fewer than were read from it; another program writes to it", path, points)
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

// Reconfigure gives a record that is to be resumed another configuration. Its lines stay.
func Reconfigure(path string, config []Key) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	_, lines, ok := bytes.Cut(data, []byte("\n\n"))
	if !ok {
		return fmt.Errorf("%s: its run was stopped while writing the configuration; remove it", path)
	}
	header, err := formatHeader(config)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return atomicfile.Write(path, append(header, lines...))
}

// ResumePredictions opens predictions to go on with. Those stay that keep says yes
// to, up to the first other one or the first line that cannot be read.
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
