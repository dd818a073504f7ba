package text

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"ltpbench/internal/inputs"
)

// Reader reads a file's examples in turn, however many there are. It is made for text without labels; with
// them, use ReadFile.
type Reader struct {
	name  string
	rows  rows
	place *layout
	kept  *row     // the first row, if it is an example
	notes []string // what was found out by content, for people

	skip    bool // bad lines are passed over
	skipped int
}

// Found says how the file is read where its content decided that, and how many bad lines were passed over so far: ""
// where there is nothing to say.
func (r *Reader) Found() string {
	notes := r.notes
	if r.skipped > 0 {
		notes = append(slices.Clip(notes), fmt.Sprintf("%d bad lines skipped", r.skipped))
	}
	return strings.Join(notes, "; ")
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
	if pointer(in) {
		return nil, inputs.ErrPointer
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
	if f.Kind == Parquet {
		return f.parquet(in, name)
	}
	note := ""
	switch {
	case f.Quote != QuoteAuto:
	case f.Kind == TSV && spare == 0:
		if f.Quote, note = quoting(in, name, cmp.Or(f.Separator, "\t")); f.Quote == QuoteYes && f.Task.names(filepath.Base(name)) {
			f.Quote, note = QuoteNo, "double quotes around cells are kept as text, as "+f.Task.Name+" defines its files (--quote takes them off)"
		} else if f.Task.names(filepath.Base(name)) {
			note = ""
		}
	case f.Kind == CSV:
		f.Quote = QuoteYes
	}
	text, err := cleanText(in, name)
	if err != nil {
		return nil, err
	}
	r := &Reader{name: name, skip: f.SkipBad}
	if f.Kind == TSV || f.Kind == CSV {
		lines := bufio.NewReaderSize(text, 1<<16)
		line, err := lines.ReadString('\n')
		if err != nil && err != io.EOF {
			return nil, err
		}
		own := f.Separator == ""
		if f.Separator = f.separator(line); own && f.Kind == CSV && f.Separator != "," {
			r.notes = append(r.notes, fmt.Sprintf("separator %q", f.Separator))
		}
		text = io.MultiReader(strings.NewReader(line), lines)
	}
	if note != "" {
		r.notes = append(r.notes, note)
	}
	r.rows = newRows(text, f)
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
	if r.place.header != HeaderYes || f.Kind.named() {
		r.kept = &first
	}
	return r, nil
}

// pointer reports whether a file is what a repository has in place of one that was not fetched.
func pointer(in io.Reader) bool {
	var head [64]byte
	n := 0
	if file, ok := in.(io.ReaderAt); ok {
		n, _ = file.ReadAt(head[:], 0) // a pipe has none
	}
	return inputs.IsPointer(head[:n])
}

// labelled is an example with its label as the file has it.
type labelled struct {
	Example
	line  int
	label string
}

// next reads one more row, the next good one if bad ones are to be skipped.
func (r *Reader) next() (labelled, error) {
	for {
		x, err := r.one()
		if bad := (badLine{}); !r.skip || !errors.As(err, &bad) {
			return x, err
		}
		r.skipped++
	}
}

// one reads a row.
func (r *Reader) one() (labelled, error) {
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
		return x, badLine{fmt.Errorf("line %d: %d columns instead of %d: a text that holds the separator or a line end has to be quoted, as CSV has it; --skip-bad-lines leaves such lines out", r.line, len(r.cells), l.width)}
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
		cell, err := part.of(r, part.text, l.several)
		if err != nil {
			return x, fmt.Errorf("line %d: %w", r.line, err)
		}
		*part.to = cell
	}
	if l.labels != nil {
		var cells []string
		for _, c := range l.labels {
			cell, err := c.of(r, false, false)
			if err != nil {
				return x, fmt.Errorf("line %d: %w", r.line, err)
			}
			if cell = strings.TrimSpace(cell); cell == "-1" { // withheld, as in Jigsaw's test text
				cells = []string{cell}
				break
			}
			cells = append(cells, cell)
		}
		x.label = strings.Join(cells, ",")
	}
	x.Label = -1
	return x, nil
}

// of returns the column's cell of a row, which may be a list of labels.
func (c column) of(r row, text, lists bool) (string, error) {
	if r.names == nil {
		return r.cells[c.at], nil
	}
	i := slices.Index(r.names, c.name)
	if i < 0 {
		return "", fmt.Errorf("there is no %q in the row, which has %s: every line needs it", c.name, quoted(r.names))
	}
	switch odd := r.odd[i]; {
	case odd == "", !text && (odd == "a number" || odd == "a boolean"), !text && lists && odd == "a list":
	case !text && odd == "a list":
		return "", fmt.Errorf("%q is a list: use --multi-label if several labels may hold at once", c.name)
	default:
		return "", fmt.Errorf("%q is %s, not a string", c.name, odd)
	}
	return r.cells[i], nil
}
