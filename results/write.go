package results

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/perf/benchfmt"
)

// Writer writes a record, each point as soon as it is known.
type Writer struct {
	file  *appendFile
	units map[string]bool // whose metadata the record has
	// summed: the record carries checksums; pending is what the next one covers besides its lines.
	summed  bool
	pending []byte
}

// Create starts a new record at path. Config is what is true for the whole run:
// machine, kernel path, build, hashes of weights and data, command, seed ... Keys
// are lower case; a key with an empty value is left out. It is an error if path
// exists.
func Create(path string, config []Key) (*Writer, error) {
	header, err := formatHeader(config)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	header = summed(header)
	file, err := newAppendFile(path)
	if err != nil {
		return nil, err
	}
	if err := file.append(header); err != nil {
		file.close()
		os.Remove(path) // there was none before
		return nil, err
	}
	return &Writer{file: file, units: make(map[string]bool), summed: true}, nil
}

// Write writes a whole record to w.
func Write(w io.Writer, config []Key, points ...Point) error {
	header, err := formatHeader(config)
	if err != nil {
		return err
	}
	file := &appendFile{f: stream{w}, path: "the record"}
	if err := file.append(summed(header)); err != nil {
		return err
	}
	return (&Writer{file: file, units: make(map[string]bool), summed: true}).Add(points...)
}

// summed returns a configuration with its checksum.
func summed(header []byte) []byte {
	return fmt.Appendf(header, "%s%s\n", sumPrefix, hash(header))
}

// stream is what a Writer needs of a file where there is none.
type stream struct{ io.Writer }

func (stream) Sync() error          { return nil }
func (stream) Truncate(int64) error { return nil }
func (stream) Close() error         { return nil }

// Free reports early why Create could not start a record at path. Nothing is left there.
func Free(path string) error {
	file, err := newAppendFile(path)
	if err != nil {
		return err
	}
	if err := file.close(); err != nil {
		return err
	}
	return os.Remove(path)
}

// Add appends points, a line each, all of them or none; they are on disk when Add
// returns. A point that cannot be written (a NaN, an infinity, a name that benchstat
// would misread) is an error, and the record continues without it. After a disk error
// every later Add and Close return that error.
func (w *Writer) Add(points ...Point) error { return w.add(points, "") }

// AddPredicted is Add for a point whose predictions lie beside the record, written before: the record notes their number
// and checksum.
func (w *Writer) AddPredicted(p Point, predictions []Prediction) error {
	note, err := predictedBy(predictions)
	if err != nil {
		return fmt.Errorf("%s: %w", w.file.path, err)
	}
	if !w.summed {
		return w.Add(p)
	}
	return w.add([]Point{p}, note.note())
}

// add appends points and what is noted of the last one.
func (w *Writer) add(points []Point, note string) error {
	lines := make([][]byte, len(points))
	for i := range points {
		var err error
		if lines[i], err = formatPoint(&points[i]); err != nil {
			return fmt.Errorf("%s: %w", w.file.path, err)
		}
	}
	var b bytes.Buffer
	for i, line := range lines {
		for _, v := range points[i].Values {
			w.describe(&b, v.Unit)
		}
		b.Write(line)
	}
	b.WriteString(note)
	if w.summed && len(w.pending)+b.Len() > 0 {
		fmt.Fprintf(&b, "%s%s\n", sumPrefix, hash(w.pending, b.Bytes()))
	}
	if err := w.file.append(b.Bytes()); err != nil {
		return err
	}
	w.pending = nil
	return nil
}

// describe writes the metadata of a registered unit before its first use.
func (w *Writer) describe(b *bytes.Buffer, unit string) {
	u, ok := unitNamed(unit)
	if !ok || w.units[unit] {
		return
	}
	w.units[unit] = true
	fmt.Fprintf(b, "Unit %s", unit)
	if u.Better != 0 {
		fmt.Fprintf(b, " better=%s", u.Better)
	}
	if u.Counted {
		b.WriteString(" assume=exact")
	}
	b.WriteString("\n")
}

// Close closes the record and returns the first error of writing.
func (w *Writer) Close() error { return w.file.close() }

func formatHeader(config []Key) ([]byte, error) {
	var b bytes.Buffer
	seen := make(map[string]bool)
	for _, c := range config {
		value := strings.TrimSpace(c.Value)
		switch {
		case !goodKey(c.Name):
			return nil, fmt.Errorf("configuration key %q is not a lower-case letter followed by lower-case letters, digits, - and _", c.Name)
		case seen[c.Name]:
			return nil, fmt.Errorf("configuration key %q appears twice", c.Name)
		case strings.ContainsFunc(value, unicode.IsControl) || !utf8.ValidString(value):
			return nil, fmt.Errorf("configuration key %s: value %q has a line break or control character", c.Name, value)
		}
		seen[c.Name] = true
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", c.Name, value)
		}
	}
	b.WriteString("\n")
	return b.Bytes(), nil
}

// Result returns the point as benchfmt and benchproc have it. The error names what cannot
// be written to a record.
func (p *Point) Result() (*benchfmt.Result, error) {
	name, err := p.FullName()
	if err != nil {
		return nil, err
	}
	if len(p.Values) == 0 {
		return nil, fmt.Errorf("point %s has no values", name)
	}
	res := &benchfmt.Result{Name: benchfmt.Name(name), Iters: max(1, p.Iters)}
	seen := make(map[string]bool)
	for _, v := range p.Values {
		switch {
		case !goodUnit(v.Unit):
			return nil, fmt.Errorf("point %s: unit %q is empty or has white space", name, v.Unit)
		case seen[v.Unit]:
			return nil, fmt.Errorf("point %s has two values of unit %s", name, v.Unit)
		case math.IsNaN(v.Value) || math.IsInf(v.Value, 0):
			return nil, fmt.Errorf("point %s: %s is %v, not a number", name, v.Unit, v.Value)
		}
		seen[v.Unit] = true
		res.Values = append(res.Values, benchfmt.Value{Unit: v.Unit, Value: v.Value})
	}
	return res, nil
}

func formatPoint(p *Point) ([]byte, error) {
	res, err := p.Result()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = benchfmt.NewWriter(&b).Write(res)
	return b.Bytes(), err
}

func goodUnit(s string) bool {
	return s != "" && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	})
}
