package results

import (
	"bytes"
	"encoding/json"
	"fmt"
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

// Resume opens the record to continue it. Its first points stay, so many of Points as the argument says; what follows,
// such as an incomplete line, is dropped. A record that is damaged, or has changed since it was read, is an error.
func (r *Record) Resume(points int) (*Writer, error) {
	if err := r.Damage(); err != nil {
		return nil, err
	}
	data, err := readFile(r.Path, mostRecord)
	if err != nil {
		return nil, err
	}
	w, end, err := r.writer(data, points)
	if err != nil {
		return nil, err
	}
	file, err := openAppendFile(r.Path, int64(end))
	if err != nil {
		return nil, err
	}
	w.file = file
	if !w.summed && points == 0 { // its run was stopped before even the checksum of the configuration
		w.summed, w.pending = true, data[:end]
		if err := w.add(nil, ""); err != nil {
			w.file.close()
			return nil, err
		}
	}
	return w, nil
}

// writer returns a writer, still without a file, that continues the record's bytes after its first points, and where they end.
func (r *Record) writer(data []byte, points int) (w *Writer, end int, err error) {
	header := bytes.Index(data, []byte("\n\n"))
	if header < 0 {
		return nil, 0, fmt.Errorf("%s: the configuration is incomplete because its run was stopped while writing it; remove the file", r.Path)
	}
	now, err := parse(r.Path, data)
	if err != nil {
		return nil, 0, err
	}
	if len(now.Points) < points || now.Damage() != nil {
		return nil, 0, fmt.Errorf("%s: points that were read from it are gone; another program is writing to it", r.Path)
	}
	parts := divide(r.Path, data)
	kept := bytes.Count(data[:header+2], []byte("\n"))
	if points > 0 {
		kept = now.lines[points-1]
	}
	w = &Writer{units: make(map[string]bool)}
	for kept < len(parts.ends) && isSum(parts.line(data, kept+1)) {
		kept++
	}
	from := 0
	for n := 1; n <= kept; n++ {
		line := parts.line(data, n)
		if isSum(line) {
			if bytes.HasPrefix(line, []byte(sumPrefix)) {
				w.summed, from = true, parts.ends[n-1]
			}
		} else if unit, ok := strings.CutPrefix(string(line), "Unit "); ok {
			unit, _, _ = strings.Cut(unit, " ")
			w.units[unit] = true
		}
	}
	end = parts.ends[kept-1]
	if w.summed {
		w.pending = bytes.Clone(data[from:end])
	}
	return w, end, nil
}

// isSum reports whether a line belongs to the point before it: a checksum or a note on its predictions.
func isSum(line []byte) bool {
	return bytes.HasPrefix(line, []byte(sumPrefix)) || bytes.HasPrefix(line, []byte(notePrefix))
}

// Reconfigure replaces the configuration of a record that is to be resumed. Its lines stay.
func Reconfigure(path string, config []Key) error {
	data, err := readFile(path, mostRecord)
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
	if first, rest, _ := bytes.Cut(lines, []byte("\n")); bytes.HasPrefix(first, []byte(sumPrefix)) {
		header, lines = summed(header), rest
	}
	return atomicfile.Write(path, append(header, lines...))
}

// ResumePredictions opens the predictions beside the record to continue them. Those of its first points stay; what
// follows them is dropped. Predictions that are missing or not those that the record notes are an error that names
// the line.
func (r *Record) ResumePredictions(path string, points int) (*PredictionWriter, error) {
	data, err := readFile(path, mostPredictions)
	if err != nil {
		return nil, err
	}
	kept, line := 0, 1
	for i := range points {
		p := &r.Points[i]
		name, err := p.FullName()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Path, err)
		}
		want, noted := r.predicted[i]
		if !noted {
			want.lines = p.Iters
		}
		begin := kept
		for range want.lines {
			text, _, whole := bytes.Cut(data[kept:], []byte("\n"))
			var x Prediction
			switch err := json.Unmarshal(text, &x); {
			case !whole:
				return nil, &Damage{path, line, fmt.Sprintf("predictions of %s are missing", name)}
			case err != nil:
				return nil, &Damage{path, line, fmt.Sprintf("a damaged line among the predictions of %s: %v", name, err)}
			case x.Point != name:
				return nil, &Damage{path, line, fmt.Sprintf("a prediction of %s is expected, and there is one of %s", name, x.Point)}
			}
			kept, line = kept+len(text)+1, line+1
		}
		if got := hash(data[begin:kept]); noted && got != want.hash {
			return nil, &Damage{path, line - want.lines, fmt.Sprintf("the %d predictions of %s are damaged: their checksum is %s, and the record has %s", want.lines, name, got, want.hash)}
		}
	}
	file, err := openAppendFile(path, int64(kept))
	if err != nil {
		return nil, err
	}
	return &PredictionWriter{file}, nil
}
