package text

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
)

// Reader reads a file's examples in turn, however many there are. It is made for text without labels; with
// them, use ReadFile.
type Reader struct {
	name  string
	rows  rows
	place *layout
	kept  *row // the first row, if it is an example
}

// NewReader reads from in, which is called name in messages and whose kind is found by that name if the format
// does not say it. Labels are not looked at. Errors name the file, the line, and the flag that helps.
func NewReader(in io.Reader, name string, f Format) (*Reader, error) {
	f.Unlabelled = true
	r, err := newReader(in, name, f)
	if err != nil {
		return nil, err
	}
	if r.place.header == HeaderAuto {
		return nil, fmt.Errorf("%s: does line %d have column names? Use --header or --no-header", name, r.kept.line)
	}
	return r, nil
}

// Next returns the next example; io.EOF ends them.
func (r *Reader) Next() (Example, error) {
	x, err := r.next()
	return x.Example, err
}

func newReader(in io.Reader, name string, f Format) (*Reader, error) {
	r, err := openRows(in, name, f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return r, nil
}

func openRows(in io.Reader, name string, f Format) (*Reader, error) {
	spare := 0
	if file, ok := f.Task.file(filepath.Base(name), f.Unlabelled); ok {
		f, spare = f.fill(file)
	}
	if f.Kind == "" {
		kind, err := kindOf(name)
		if err != nil {
			return nil, err
		}
		f.Kind = kind
	}
	if !slices.Contains(Kinds(), string(f.Kind)) {
		panic("tasks: an unknown kind of file")
	}
	text, err := cleanText(in, name)
	if err != nil {
		return nil, err
	}
	r := &Reader{name: name, rows: newRows(text, f.Kind)}
	first, err := r.rows.next()
	if err == io.EOF {
		return nil, errors.New("it is empty: give another file, or make this one again")
	}
	if err != nil {
		return nil, err
	}
	if r.place, err = f.place(first, spare); err != nil {
		return nil, err
	}
	if r.place.header != HeaderYes || f.Kind == JSONL {
		r.kept = &first
	}
	return r, nil
}

// labelled is an example with its label as the file has it.
type labelled struct {
	Example
	line  int
	label string
}

// next reads one more row.
func (r *Reader) next() (labelled, error) {
	var one row
	var err error
	if r.kept != nil {
		one, r.kept = *r.kept, nil
	} else {
		one, err = r.rows.next()
	}
	if err == io.EOF {
		return labelled{}, io.EOF
	}
	var x labelled
	if err == nil {
		x, err = r.place.example(one)
	}
	if err != nil {
		return labelled{}, fmt.Errorf("%s: %w", r.name, err)
	}
	return x, nil
}

// example takes a row's parts.
func (l *layout) example(r row) (labelled, error) {
	x := labelled{line: r.line}
	if r.names == nil && (len(r.cells) < l.width || len(r.cells) > l.width+l.spare) {
		return x, fmt.Errorf("line %d: %d columns instead of %d: a text that holds the separator or a line end has to be quoted in CSV, and can't be in TSV (write CSV or JSONL)", r.line, len(r.cells), l.width)
	}
	x.HasPair = l.pair.there
	for _, part := range []struct {
		column
		to   *string
		text bool
	}{{l.text, &x.Text, true}, {l.pair, &x.Pair, true}, {l.label, &x.label, false}} {
		if !part.there {
			continue
		}
		cell, err := part.of(r, part.text)
		if err != nil {
			return x, fmt.Errorf("line %d: %w", r.line, err)
		}
		*part.to = cell
	}
	x.Label = -1
	return x, nil
}

// of returns the column's cell of a row.
func (c column) of(r row, text bool) (string, error) {
	if r.names == nil {
		return r.cells[c.at], nil
	}
	i := slices.Index(r.names, c.name)
	if i < 0 {
		return "", fmt.Errorf("there is no %q in the object, which has %s: every line needs it", c.name, quoted(r.names))
	}
	if odd := r.odd[i]; odd != "" && (text || odd != "a number" && odd != "a boolean") {
		return "", fmt.Errorf("%q is %s, not a string", c.name, odd)
	}
	return r.cells[i], nil
}
