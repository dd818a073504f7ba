package results

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"
)

// Record is what one run measured.
type Record struct {
	Path   string
	Config []Key
	Points []Point // in the order they were written; Rows puts those of one name together
	// Problems are lines that could not be read, each with its file and line, such as
	// an incomplete last line of a stopped run. The other lines remain valid.
	Problems []error

	units     benchfmt.UnitMetadataMap
	lines     []int             // of the points, from 1
	predicted map[int]predicted // what the record says of the predictions of points, by index
}

// Counted reports whether values of a unit are counted, so that a repeat must give the
// same: a registered unit's, or one that the record declares so (assume=exact).
func (r *Record) Counted(unit string) bool {
	u, ok := unitNamed(unit)
	return ok && u.Counted || !ok && r.units.GetAssumption(unit) == benchmath.AssumeExact
}

// Better returns which values of a unit are better, 0 if that is unknown.
func (r *Record) Better(unit string) Direction {
	if u, ok := unitNamed(unit); ok {
		return u.Better
	}
	return Direction(r.units.GetBetter(unit))
}

// Get returns a value of the configuration, or "".
func (r *Record) Get(name string) string { return lookup(r.Config, name) }

// Read reads a record. Units of other programs are converted to the base unit, as
// benchstat does: ns/op becomes sec/op. It is an error if the file cannot be read or
// if its configuration changes, because a record describes one run. A run
// stopped before its first point leaves its configuration.
func Read(path string) (*Record, error) {
	data, err := readFile(path, mostRecord)
	if err != nil {
		return nil, err
	}
	return parse(path, data)
}

// end is a benchmark line that parse puts after a record's own.
const end = "BenchmarkEnd 1 0 end\n"

func parse(path string, data []byte) (*Record, error) {
	rec := &Record{Path: path}
	// A line without its end may still parse: "0.87" cut to "0.8". It never counts, and nor
	// do lines without their checksum where there are any.
	parts := divide(path, data)
	rec.Problems = append(rec.Problems, parts.damages...)
	torn := data[parts.whole:]
	data = data[:parts.whole]

	// The reader tells the configuration with a result only, so one follows the last line.
	in := benchfmt.NewReader(io.MultiReader(bytes.NewReader(data), strings.NewReader(end)), path)
	lines := bytes.Count(data, []byte("\n"))
	for in.Scan() {
		switch line := in.Result().(type) {
		case *benchfmt.SyntaxError:
			rec.Problems = append(rec.Problems, line)
		case *benchfmt.Result:
			if _, number := line.Pos(); number > lines {
				if len(rec.Points) == 0 {
					rec.configure(line)
				}
				continue
			}
			_, number := line.Pos()
			if parts.bad[number] {
				if len(rec.Config) == 0 {
					rec.configure(line)
				}
				continue
			}
			if err := rec.add(line); err != nil {
				return nil, err
			}
			if number < lines {
				if p, ok := readNote(parts.line(data, number+1)); ok && len(rec.lines) > 0 && rec.lines[len(rec.lines)-1] == number {
					if rec.predicted == nil {
						rec.predicted = map[int]predicted{}
					}
					rec.predicted[len(rec.Points)-1] = p
				}
			}
		}
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	rec.units = in.Units()
	if len(torn) > 0 && rec.Damage() == nil {
		rec.Problems = append(rec.Problems, fmt.Errorf("%s:%d: the last line is incomplete because its run was stopped while writing it; ignored", path, lines+1))
	}
	return rec, nil
}

// add copies a line into the record: the reader owns what it returns.
func (r *Record) add(line *benchfmt.Result) error {
	path, number := line.Pos()
	if len(r.Points) == 0 {
		r.configure(line)
	} else if key, changed := r.changed(line); changed {
		return fmt.Errorf("%s:%d: configuration %q changes here, but a record describes one run: give each run its own file", path, number, key)
	}
	p := parseName(line.Name)
	p.Iters = line.Iters
	for _, v := range line.Values {
		if math.IsNaN(v.Value) || math.IsInf(v.Value, 0) {
			r.Problems = append(r.Problems, fmt.Errorf("%s:%d: %s is %v, not a number; line ignored", path, number, v.Unit, v.Value))
			return nil
		}
		p.Values = append(p.Values, Value{Unit: v.Unit, Value: v.Value})
	}
	r.Points, r.lines = append(r.Points, p), append(r.lines, number)
	return nil
}

func (r *Record) configure(line *benchfmt.Result) {
	r.Config = nil
	for _, c := range line.Config {
		r.Config = append(r.Config, Key{c.Key, string(c.Value)})
	}
}

// changed returns a key whose value differs from the record's configuration.
func (r *Record) changed(line *benchfmt.Result) (string, bool) {
	for _, c := range line.Config {
		if r.Get(c.Key) != string(c.Value) {
			return c.Key, true
		}
	}
	for _, c := range r.Config {
		if _, ok := line.ConfigIndex(c.Name); !ok {
			return c.Name, true
		}
	}
	return "", false
}
